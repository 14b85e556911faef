#include "CEmbedded.h"

// A new language is its files in `Languages/` and its lines here.
static const struct embedded_file files[] = {
    {"nb", (const unsigned char[]){
#embed "../Wording/Languages/nb.yaml" suffix(, 0)
    }},
    {"nb-admin", (const unsigned char[]){
#embed "../Wording/Languages/nb-admin.yaml" suffix(, 0)
    }},
    {"nb-board", (const unsigned char[]){
#embed "../Wording/Languages/nb-board.yaml" suffix(, 0)
    }},
    {"nb-competence", (const unsigned char[]){
#embed "../Wording/Languages/nb-competence.yaml" suffix(, 0)
    }},
    {"nb-diagnostics", (const unsigned char[]){
#embed "../Wording/Languages/nb-diagnostics.yaml" suffix(, 0)
    }},
    {"nb-entrance", (const unsigned char[]){
#embed "../Wording/Languages/nb-entrance.yaml" suffix(, 0)
    }},
    {"nb-evaluation", (const unsigned char[]){
#embed "../Wording/Languages/nb-evaluation.yaml" suffix(, 0)
    }},
    {"nb-mentors", (const unsigned char[]){
#embed "../Wording/Languages/nb-mentors.yaml" suffix(, 0)
    }},
    {"nb-people", (const unsigned char[]){
#embed "../Wording/Languages/nb-people.yaml" suffix(, 0)
    }},
    {"nb-placed", (const unsigned char[]){
#embed "../Wording/Languages/nb-placed.yaml" suffix(, 0)
    }},
    {"nb-placements", (const unsigned char[]){
#embed "../Wording/Languages/nb-placements.yaml" suffix(, 0)
    }},
    {"nb-placing", (const unsigned char[]){
#embed "../Wording/Languages/nb-placing.yaml" suffix(, 0)
    }},
    {"nn", (const unsigned char[]){
#embed "../Wording/Languages/nn.yaml" suffix(, 0)
    }},
    {"nn-admin", (const unsigned char[]){
#embed "../Wording/Languages/nn-admin.yaml" suffix(, 0)
    }},
    {"nn-board", (const unsigned char[]){
#embed "../Wording/Languages/nn-board.yaml" suffix(, 0)
    }},
    {"nn-competence", (const unsigned char[]){
#embed "../Wording/Languages/nn-competence.yaml" suffix(, 0)
    }},
    {"nn-diagnostics", (const unsigned char[]){
#embed "../Wording/Languages/nn-diagnostics.yaml" suffix(, 0)
    }},
    {"nn-entrance", (const unsigned char[]){
#embed "../Wording/Languages/nn-entrance.yaml" suffix(, 0)
    }},
    {"nn-evaluation", (const unsigned char[]){
#embed "../Wording/Languages/nn-evaluation.yaml" suffix(, 0)
    }},
    {"nn-mentors", (const unsigned char[]){
#embed "../Wording/Languages/nn-mentors.yaml" suffix(, 0)
    }},
    {"nn-people", (const unsigned char[]){
#embed "../Wording/Languages/nn-people.yaml" suffix(, 0)
    }},
    {"nn-placed", (const unsigned char[]){
#embed "../Wording/Languages/nn-placed.yaml" suffix(, 0)
    }},
    {"nn-placements", (const unsigned char[]){
#embed "../Wording/Languages/nn-placements.yaml" suffix(, 0)
    }},
    {"nn-placing", (const unsigned char[]){
#embed "../Wording/Languages/nn-placing.yaml" suffix(, 0)
    }},
    {"en", (const unsigned char[]){
#embed "../Wording/Languages/en.yaml" suffix(, 0)
    }},
    {"en-admin", (const unsigned char[]){
#embed "../Wording/Languages/en-admin.yaml" suffix(, 0)
    }},
    {"en-board", (const unsigned char[]){
#embed "../Wording/Languages/en-board.yaml" suffix(, 0)
    }},
    {"en-competence", (const unsigned char[]){
#embed "../Wording/Languages/en-competence.yaml" suffix(, 0)
    }},
    {"en-diagnostics", (const unsigned char[]){
#embed "../Wording/Languages/en-diagnostics.yaml" suffix(, 0)
    }},
    {"en-entrance", (const unsigned char[]){
#embed "../Wording/Languages/en-entrance.yaml" suffix(, 0)
    }},
    {"en-evaluation", (const unsigned char[]){
#embed "../Wording/Languages/en-evaluation.yaml" suffix(, 0)
    }},
    {"en-mentors", (const unsigned char[]){
#embed "../Wording/Languages/en-mentors.yaml" suffix(, 0)
    }},
    {"en-people", (const unsigned char[]){
#embed "../Wording/Languages/en-people.yaml" suffix(, 0)
    }},
    {"en-placed", (const unsigned char[]){
#embed "../Wording/Languages/en-placed.yaml" suffix(, 0)
    }},
    {"en-placements", (const unsigned char[]){
#embed "../Wording/Languages/en-placements.yaml" suffix(, 0)
    }},
    {"en-placing", (const unsigned char[]){
#embed "../Wording/Languages/en-placing.yaml" suffix(, 0)
    }},
    {0, 0},
};

const struct embedded_file *embedded_languages(void) { return files; }
