"""The rules of Open Badges 3.0 for a credential's JSON, in our own words, as a JSON Schema.

Taken from the text of the specification (1EdTech, Open Badges Specification 3.0, appendix B "Data
Models", by the names of its classes) and of the Verifiable Credentials Data Model 2.0 (W3C,
sections 4.3 to 4.10). 1EdTech's own schema file has a licence that keeps it out of this repository.
Where the specification lets anything be added, so do these rules; what it names has its form.

Usage: badge_rules.py BADGE.jwt
Breaks each rule in a copy of a credential that keeps them all, and writes one line of JSON:
{"faults": of the credential itself, "broken": how many ways were tried, "missed": those of them
that the rules let through}.
"""

import base64
import copy
import json
import sys

import jsonschema

# B, "DateTimeZ", and VCDM 2.0, 4.9: an instant with its zone.
MOMENT = {
    "type": "string",
    "pattern": r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
               r"T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-][01]\d:[0-5]\d)$",
}
# B, "URI": with a scheme, without white space.
URI = {"type": "string", "pattern": r"^[A-Za-z][A-Za-z0-9+.-]*:[^\s]+$"}
TEXT = {"type": "string", "minLength": 1}


def types(*needed, one_of=()):
    """The types of an object: a list that has all that are needed, and one of some."""
    rules = [{"contains": {"const": name}} for name in needed]
    if one_of:
        rules.append({"contains": {"enum": list(one_of)}})
    return {"type": "array", "minItems": 1, "items": TEXT, "allOf": rules}


# B, "AchievementType Enumeration"; others have the prefix ext:.
ACHIEVEMENT_TYPES = [
    "Achievement", "ApprenticeshipCertificate", "Assessment", "Assignment", "AssociateDegree",
    "Award", "BachelorDegree", "Badge", "Certificate", "CertificateOfCompletion", "Certification",
    "CoCurricular", "CommunityService", "Competency", "Course", "Degree", "Diploma",
    "DoctoralDegree", "Fieldwork", "GeneralEducationDevelopment", "JourneymanCertificate",
    "LearningProgram", "License", "MasterCertificate", "MasterDegree", "Membership",
    "MicroCredential", "ProfessionalDoctorate", "QualityAssuranceCredential", "ResearchDoctorate",
    "SecondarySchoolDiploma",
]

# B, "AlignmentTargetType Enumeration".
TARGET_TYPES = [
    "CFItem", "CFRubric", "CFRubricCriterion", "CFRubricCriterionLevel", "CTDL",
    "ceasn:Competency", "ceterms:Credential",
]


def extensible(names):
    return {"anyOf": [{"enum": names}, {"type": "string", "pattern": r"^ext:[A-Za-z0-9._-]+$"}]}


# B, "Profile": who issues; an id and a type, and contact details by their forms.
PROFILE = {
    "type": "object", "required": ["id", "type"],
    "properties": {
        "id": URI, "type": types("Profile"), "name": TEXT, "url": URI, "description": TEXT,
        "email": {"type": "string", "pattern": r"^[^@\s]+@[^@\s]+$"}, "phone": TEXT,
    },
}

# B, "Alignment": a node of another framework, by name and address.
ALIGNMENT = {
    "type": "object", "required": ["type", "targetName", "targetUrl"],
    "properties": {
        "type": types("Alignment"), "targetName": TEXT, "targetUrl": URI, "targetCode": TEXT,
        "targetDescription": TEXT, "targetFramework": TEXT,
        "targetType": extensible(TARGET_TYPES),
    },
}

# B, "Criteria": how it is earned, by address or in words.
CRITERIA = {
    "type": "object", "anyOf": [{"required": ["id"]}, {"required": ["narrative"]}],
    "properties": {"id": URI, "narrative": TEXT},
}

# B, "Achievement".
ACHIEVEMENT = {
    "type": "object", "required": ["id", "type", "criteria", "description", "name"],
    "properties": {
        "id": URI, "type": types("Achievement"), "name": TEXT, "description": TEXT,
        "criteria": CRITERIA, "achievementType": extensible(ACHIEVEMENT_TYPES),
        "alignment": {"type": "array", "items": ALIGNMENT}, "creator": PROFILE,
        "inLanguage": {"type": "string", "pattern": r"^[a-z]{2,4}(-[A-Za-z0-9]{1,8})*$"},
        "tag": {"type": "array", "items": TEXT}, "version": TEXT, "humanCode": TEXT,
        "fieldOfStudy": TEXT, "specialization": TEXT, "creditsAvailable": {"type": "number"},
    },
}

# B, "AchievementSubject": its id or an identifier must be there.
SUBJECT = {
    "type": "object", "required": ["type", "achievement"],
    "anyOf": [{"required": ["id"]}, {"required": ["identifier"]}],
    "properties": {
        "id": URI, "type": types("AchievementSubject"), "achievement": ACHIEVEMENT,
        "identifier": {"type": "array", "minItems": 1, "items": {"type": "object"}},
        "activityStartDate": MOMENT, "activityEndDate": MOMENT, "role": TEXT, "term": TEXT,
    },
}

# B, "AchievementCredential" and "Context"; VCDM 2.0, 4.3 (the order of the contexts), 4.4, 4.5,
# 4.7 to 4.10; Bitstring Status List 1.0, 2.1.
CREDENTIAL = {
    "$schema": "https://json-schema.org/draft/2019-09/schema",
    "type": "object",
    "required": ["@context", "id", "type", "credentialSubject", "issuer", "validFrom"],
    "properties": {
        "@context": {
            "type": "array", "minItems": 2,
            "items": [
                {"const": "https://www.w3.org/ns/credentials/v2"},
                {
                    "type": "string",
                    "pattern": r"^https://purl\.imsglobal\.org/spec/ob/v3p0/"
                               r"context-3\.0\.\d+\.json$",
                },
            ],
            "additionalItems": {"anyOf": [URI, {"type": "object"}]},
        },
        "id": URI,
        "type": types(
            "VerifiableCredential", one_of=["OpenBadgeCredential", "AchievementCredential"]),
        "name": TEXT, "description": TEXT, "awardedDate": MOMENT,
        "issuer": PROFILE, "validFrom": MOMENT, "validUntil": MOMENT,
        "credentialSubject": SUBJECT,
        "credentialStatus": {
            "type": "object",
            "required": ["type", "statusPurpose", "statusListIndex", "statusListCredential"],
            "properties": {
                "id": URI, "type": {"const": "BitstringStatusListEntry"},
                "statusPurpose": {"enum": ["revocation", "suspension", "message", "refresh"]},
                "statusListIndex": {"type": "string", "pattern": r"^(0|[1-9]\d*)$"},
                "statusListCredential": URI,
            },
        },
        # VCDM 1.1, which Open Badges 3.0 has left.
        "issuanceDate": False, "expirationDate": False, "vc": False,
    },
}

# What a JWT carries beside the credential is not the credential's (OB 3.0, 8.2.2).
CLAIMS = ("iss", "jti", "sub", "nbf", "exp")


def faults(badge, schema=None):
    """What the credential breaks, each with its place."""
    validator = jsonschema.Draft201909Validator(schema or CREDENTIAL)
    credential = {key: value for key, value in badge.items() if key not in CLAIMS}
    return [f"{error.json_path}: {error.message[:200]}"
            for error in validator.iter_errors(credential)]


def places(value, path=()):
    """Every place of a document, with what is there."""
    if path:
        yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, path + (key,))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, path + (index,))


def with_change(badge, path, change):
    other = copy.deepcopy(badge)
    holder = other
    for key in path[:-1]:
        holder = holder[key]
    if change is None:
        del holder[path[-1]]
    else:
        holder[path[-1]] = change[0]
    return other


# What may be left out of a badge of ours without breaking a rule.
OPTIONAL = {
    "validUntil", "credentialStatus", "alignment", "achievementType", "targetFramework",
}
OPTIONAL_PLACES = [("name",), ("issuer", "name"), ("credentialStatus", "id")]


def breaks(badge):
    """Ways to break the credential: what is needed left out, and everything of another type."""
    for path, value in places(badge):
        label = "/".join(str(part) for part in path)
        free = path[-1] in OPTIONAL or path in OPTIONAL_PLACES \
            or isinstance(path[-1], int) and path[-2] == "alignment"
        if not free:
            yield f"{label} left out", with_change(badge, path, None)
        yield f"{label} is a number", with_change(badge, path, (7,))
        if isinstance(value, str):
            yield f"{label} is empty", with_change(badge, path, ("",))
    swapped = copy.deepcopy(badge)
    swapped["@context"].reverse()
    yield "contexts in the other order", swapped
    for path, text in [
        (("validFrom",), "2026-04-02"), (("validFrom",), "2026-13-02T00:00:00Z"),
        (("id",), "no address"), (("issuer", "id"), "ombord"),
        (("type", 1), "Diploma"),
        (("credentialSubject", "achievement", "achievementType"), "Skill"),
        (("credentialStatus", "statusListIndex"), "-1"),
    ]:
        yield f"{path} is {text}", with_change(badge, path, (text,))
    for name in ("vc", "issuanceDate", "expirationDate"):
        yield f"{name} is there", {**badge, name: "2026-04-02T00:00:00Z"}


def main():
    with open(sys.argv[1], encoding="ascii") as file:
        payload = file.read().split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    badge = {key: value for key, value in claims.items() if key not in CLAIMS}
    tried = list(breaks(badge))
    missed = [label for label, other in tried if not faults(other)]
    print(json.dumps({"faults": faults(badge), "broken": len(tried), "missed": missed}))


if __name__ == "__main__":
    main()
