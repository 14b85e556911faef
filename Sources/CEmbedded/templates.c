#include "CEmbedded.h"

// A new template is its file in `Templates/` and its lines here.
static const struct embedded_file files[] = {
    {"absence", (const unsigned char[]){
#embed "../Web/Templates/absence.mustache" suffix(, 0)
    }},
    {"act", (const unsigned char[]){
#embed "../Web/Templates/act.mustache" suffix(, 0)
    }},
    {"admin", (const unsigned char[]){
#embed "../Web/Templates/admin.mustache" suffix(, 0)
    }},
    {"afterwards", (const unsigned char[]){
#embed "../Web/Templates/afterwards.mustache" suffix(, 0)
    }},
    {"afterwardslists", (const unsigned char[]){
#embed "../Web/Templates/afterwardslists.mustache" suffix(, 0)
    }},
    {"answers", (const unsigned char[]){
#embed "../Web/Templates/answers.mustache" suffix(, 0)
    }},
    {"ask", (const unsigned char[]){
#embed "../Web/Templates/ask.mustache" suffix(, 0)
    }},
    {"attachments", (const unsigned char[]){
#embed "../Web/Templates/attachments.mustache" suffix(, 0)
    }},
    {"begin", (const unsigned char[]){
#embed "../Web/Templates/begin.mustache" suffix(, 0)
    }},
    {"beginform", (const unsigned char[]){
#embed "../Web/Templates/beginform.mustache" suffix(, 0)
    }},
    {"board", (const unsigned char[]){
#embed "../Web/Templates/board.mustache" suffix(, 0)
    }},
    {"boardline", (const unsigned char[]){
#embed "../Web/Templates/boardline.mustache" suffix(, 0)
    }},
    {"boardrow", (const unsigned char[]){
#embed "../Web/Templates/boardrow.mustache" suffix(, 0)
    }},
    {"bulklines", (const unsigned char[]){
#embed "../Web/Templates/bulklines.mustache" suffix(, 0)
    }},
    {"change", (const unsigned char[]){
#embed "../Web/Templates/change.mustache" suffix(, 0)
    }},
    {"changes", (const unsigned char[]){
#embed "../Web/Templates/changes.mustache" suffix(, 0)
    }},
    {"claim", (const unsigned char[]){
#embed "../Web/Templates/claim.mustache" suffix(, 0)
    }},
    {"compare", (const unsigned char[]){
#embed "../Web/Templates/compare.mustache" suffix(, 0)
    }},
    {"competenceentry", (const unsigned char[]){
#embed "../Web/Templates/competenceentry.mustache" suffix(, 0)
    }},
    {"compliance", (const unsigned char[]){
#embed "../Web/Templates/compliance.mustache" suffix(, 0)
    }},
    {"compliancechart", (const unsigned char[]){
#embed "../Web/Templates/compliancechart.mustache" suffix(, 0)
    }},
    {"compliancetable", (const unsigned char[]){
#embed "../Web/Templates/compliancetable.mustache" suffix(, 0)
    }},
    {"confirm", (const unsigned char[]){
#embed "../Web/Templates/confirm.mustache" suffix(, 0)
    }},
    {"consequences", (const unsigned char[]){
#embed "../Web/Templates/consequences.mustache" suffix(, 0)
    }},
    {"decideform", (const unsigned char[]){
#embed "../Web/Templates/decideform.mustache" suffix(, 0)
    }},
    {"difference", (const unsigned char[]){
#embed "../Web/Templates/difference.mustache" suffix(, 0)
    }},
    {"draft", (const unsigned char[]){
#embed "../Web/Templates/draft.mustache" suffix(, 0)
    }},
    {"drafts", (const unsigned char[]){
#embed "../Web/Templates/drafts.mustache" suffix(, 0)
    }},
    {"enrolment", (const unsigned char[]){
#embed "../Web/Templates/enrolment.mustache" suffix(, 0)
    }},
    {"error", (const unsigned char[]){
#embed "../Web/Templates/error.mustache" suffix(, 0)
    }},
    {"evaluation", (const unsigned char[]){
#embed "../Web/Templates/evaluation.mustache" suffix(, 0)
    }},
    {"evaluationchart", (const unsigned char[]){
#embed "../Web/Templates/evaluationchart.mustache" suffix(, 0)
    }},
    {"evaluations", (const unsigned char[]){
#embed "../Web/Templates/evaluations.mustache" suffix(, 0)
    }},
    {"export", (const unsigned char[]){
#embed "../Web/Templates/export.mustache" suffix(, 0)
    }},
    {"fieldnotes", (const unsigned char[]){
#embed "../Web/Templates/fieldnotes.mustache" suffix(, 0)
    }},
    {"fields", (const unsigned char[]){
#embed "../Web/Templates/fields.mustache" suffix(, 0)
    }},
    {"follow", (const unsigned char[]){
#embed "../Web/Templates/follow.mustache" suffix(, 0)
    }},
    {"forms", (const unsigned char[]){
#embed "../Web/Templates/forms.mustache" suffix(, 0)
    }},
    {"gap", (const unsigned char[]){
#embed "../Web/Templates/gap.mustache" suffix(, 0)
    }},
    {"gapfields", (const unsigned char[]){
#embed "../Web/Templates/gapfields.mustache" suffix(, 0)
    }},
    {"gapmap", (const unsigned char[]){
#embed "../Web/Templates/gapmap.mustache" suffix(, 0)
    }},
    {"grid", (const unsigned char[]){
#embed "../Web/Templates/grid.mustache" suffix(, 0)
    }},
    {"hidden", (const unsigned char[]){
#embed "../Web/Templates/hidden.mustache" suffix(, 0)
    }},
    {"history", (const unsigned char[]){
#embed "../Web/Templates/history.mustache" suffix(, 0)
    }},
    {"import", (const unsigned char[]){
#embed "../Web/Templates/import.mustache" suffix(, 0)
    }},
    {"importjob", (const unsigned char[]){
#embed "../Web/Templates/importjob.mustache" suffix(, 0)
    }},
    {"input", (const unsigned char[]){
#embed "../Web/Templates/input.mustache" suffix(, 0)
    }},
    {"inputform", (const unsigned char[]){
#embed "../Web/Templates/inputform.mustache" suffix(, 0)
    }},
    {"inputs", (const unsigned char[]){
#embed "../Web/Templates/inputs.mustache" suffix(, 0)
    }},
    {"inputtext", (const unsigned char[]){
#embed "../Web/Templates/inputtext.mustache" suffix(, 0)
    }},
    {"layout", (const unsigned char[]){
#embed "../Web/Templates/layout.mustache" suffix(, 0)
    }},
    {"load", (const unsigned char[]){
#embed "../Web/Templates/load.mustache" suffix(, 0)
    }},
    {"mail", (const unsigned char[]){
#embed "../Web/Templates/mail.mustache" suffix(, 0)
    }},
    {"mailact", (const unsigned char[]){
#embed "../Web/Templates/mailact.mustache" suffix(, 0)
    }},
    {"mailbox", (const unsigned char[]){
#embed "../Web/Templates/mailbox.mustache" suffix(, 0)
    }},
    {"mails", (const unsigned char[]){
#embed "../Web/Templates/mails.mustache" suffix(, 0)
    }},
    {"me", (const unsigned char[]){
#embed "../Web/Templates/me.mustache" suffix(, 0)
    }},
    {"mentors", (const unsigned char[]){
#embed "../Web/Templates/mentors.mustache" suffix(, 0)
    }},
    {"migration", (const unsigned char[]){
#embed "../Web/Templates/migration.mustache" suffix(, 0)
    }},
    {"mix", (const unsigned char[]){
#embed "../Web/Templates/mix.mustache" suffix(, 0)
    }},
    {"moving", (const unsigned char[]){
#embed "../Web/Templates/moving.mustache" suffix(, 0)
    }},
    {"notefield", (const unsigned char[]){
#embed "../Web/Templates/notefield.mustache" suffix(, 0)
    }},
    {"notes", (const unsigned char[]){
#embed "../Web/Templates/notes.mustache" suffix(, 0)
    }},
    {"openclaim", (const unsigned char[]){
#embed "../Web/Templates/openclaim.mustache" suffix(, 0)
    }},
    {"outbox", (const unsigned char[]){
#embed "../Web/Templates/outbox.mustache" suffix(, 0)
    }},
    {"outboxlines", (const unsigned char[]){
#embed "../Web/Templates/outboxlines.mustache" suffix(, 0)
    }},
    {"outboxmail", (const unsigned char[]){
#embed "../Web/Templates/outboxmail.mustache" suffix(, 0)
    }},
    {"own", (const unsigned char[]){
#embed "../Web/Templates/own.mustache" suffix(, 0)
    }},
    {"owninput", (const unsigned char[]){
#embed "../Web/Templates/owninput.mustache" suffix(, 0)
    }},
    {"owninputs", (const unsigned char[]){
#embed "../Web/Templates/owninputs.mustache" suffix(, 0)
    }},
    {"ownplacement", (const unsigned char[]){
#embed "../Web/Templates/ownplacement.mustache" suffix(, 0)
    }},
    {"ownstudents", (const unsigned char[]){
#embed "../Web/Templates/ownstudents.mustache" suffix(, 0)
    }},
    {"pager", (const unsigned char[]){
#embed "../Web/Templates/pager.mustache" suffix(, 0)
    }},
    {"passport", (const unsigned char[]){
#embed "../Web/Templates/passport.mustache" suffix(, 0)
    }},
    {"people-search", (const unsigned char[]){
#embed "../Web/Templates/people-search.mustache" suffix(, 0)
    }},
    {"people", (const unsigned char[]){
#embed "../Web/Templates/people.mustache" suffix(, 0)
    }},
    {"person", (const unsigned char[]){
#embed "../Web/Templates/person.mustache" suffix(, 0)
    }},
    {"personlines", (const unsigned char[]){
#embed "../Web/Templates/personlines.mustache" suffix(, 0)
    }},
    {"proceed", (const unsigned char[]){
#embed "../Web/Templates/proceed.mustache" suffix(, 0)
    }},
    {"programme", (const unsigned char[]){
#embed "../Web/Templates/programme.mustache" suffix(, 0)
    }},
    {"programmes", (const unsigned char[]){
#embed "../Web/Templates/programmes.mustache" suffix(, 0)
    }},
    {"publication", (const unsigned char[]){
#embed "../Web/Templates/publication.mustache" suffix(, 0)
    }},
    {"publish", (const unsigned char[]){
#embed "../Web/Templates/publish.mustache" suffix(, 0)
    }},
    {"published", (const unsigned char[]){
#embed "../Web/Templates/published.mustache" suffix(, 0)
    }},
    {"refusedclaim", (const unsigned char[]){
#embed "../Web/Templates/refusedclaim.mustache" suffix(, 0)
    }},
    {"returns", (const unsigned char[]){
#embed "../Web/Templates/returns.mustache" suffix(, 0)
    }},
    {"roles", (const unsigned char[]){
#embed "../Web/Templates/roles.mustache" suffix(, 0)
    }},
    {"round", (const unsigned char[]){
#embed "../Web/Templates/round.mustache" suffix(, 0)
    }},
    {"roundlinks", (const unsigned char[]){
#embed "../Web/Templates/roundlinks.mustache" suffix(, 0)
    }},
    {"roundplaces", (const unsigned char[]){
#embed "../Web/Templates/roundplaces.mustache" suffix(, 0)
    }},
    {"rounds", (const unsigned char[]){
#embed "../Web/Templates/rounds.mustache" suffix(, 0)
    }},
    {"roundswaps", (const unsigned char[]){
#embed "../Web/Templates/roundswaps.mustache" suffix(, 0)
    }},
    {"settings", (const unsigned char[]){
#embed "../Web/Templates/settings.mustache" suffix(, 0)
    }},
    {"shortline", (const unsigned char[]){
#embed "../Web/Templates/shortline.mustache" suffix(, 0)
    }},
    {"shown", (const unsigned char[]){
#embed "../Web/Templates/shown.mustache" suffix(, 0)
    }},
    {"shownselect", (const unsigned char[]){
#embed "../Web/Templates/shownselect.mustache" suffix(, 0)
    }},
    {"signin", (const unsigned char[]){
#embed "../Web/Templates/signin.mustache" suffix(, 0)
    }},
    {"split", (const unsigned char[]){
#embed "../Web/Templates/split.mustache" suffix(, 0)
    }},
    {"standing", (const unsigned char[]){
#embed "../Web/Templates/standing.mustache" suffix(, 0)
    }},
    {"start", (const unsigned char[]){
#embed "../Web/Templates/start.mustache" suffix(, 0)
    }},
    {"step", (const unsigned char[]){
#embed "../Web/Templates/step.mustache" suffix(, 0)
    }},
    {"stepline", (const unsigned char[]){
#embed "../Web/Templates/stepline.mustache" suffix(, 0)
    }},
    {"student", (const unsigned char[]){
#embed "../Web/Templates/student.mustache" suffix(, 0)
    }},
    {"students", (const unsigned char[]){
#embed "../Web/Templates/students.mustache" suffix(, 0)
    }},
    {"style.css", (const unsigned char[]){
#embed "../Web/Templates/style.css" suffix(, 0)
    }},
    {"supervisorabsence", (const unsigned char[]){
#embed "../Web/Templates/supervisorabsence.mustache" suffix(, 0)
    }},
    {"swap", (const unsigned char[]){
#embed "../Web/Templates/swap.mustache" suffix(, 0)
    }},
    {"tables", (const unsigned char[]){
#embed "../Web/Templates/tables.mustache" suffix(, 0)
    }},
    {"talk", (const unsigned char[]){
#embed "../Web/Templates/talk.mustache" suffix(, 0)
    }},
    {"tutors", (const unsigned char[]){
#embed "../Web/Templates/tutors.mustache" suffix(, 0)
    }},
    {"unit", (const unsigned char[]){
#embed "../Web/Templates/unit.mustache" suffix(, 0)
    }},
    {"unitline", (const unsigned char[]){
#embed "../Web/Templates/unitline.mustache" suffix(, 0)
    }},
    {"units", (const unsigned char[]){
#embed "../Web/Templates/units.mustache" suffix(, 0)
    }},
    {"upload", (const unsigned char[]){
#embed "../Web/Templates/upload.mustache" suffix(, 0)
    }},
    {"versions", (const unsigned char[]){
#embed "../Web/Templates/versions.mustache" suffix(, 0)
    }},
    {"ward", (const unsigned char[]){
#embed "../Web/Templates/ward.mustache" suffix(, 0)
    }},
    {"welcome", (const unsigned char[]){
#embed "../Web/Templates/welcome.mustache" suffix(, 0)
    }},
    {"whatif", (const unsigned char[]){
#embed "../Web/Templates/whatif.mustache" suffix(, 0)
    }},
    {"wishes", (const unsigned char[]){
#embed "../Web/Templates/wishes.mustache" suffix(, 0)
    }},
    {"workshop", (const unsigned char[]){
#embed "../Web/Templates/workshop.mustache" suffix(, 0)
    }},
    {"workshopfound", (const unsigned char[]){
#embed "../Web/Templates/workshopfound.mustache" suffix(, 0)
    }},
    {0, 0},
};

const struct embedded_file *embedded_templates(void) { return files; }
