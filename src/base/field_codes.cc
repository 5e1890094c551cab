#include "base/field_codes.h"

#include <algorithm>
#include <iterator>

namespace cadre {
namespace {

constexpr FieldCodeEntry kFieldTable[] = {
    // Of what form a field is
    {FieldCode::missing, "missing", "It is missing.", "Il manque."},
    {FieldCode::unknown_field, "unknown-field", "There is no such field, or it cannot be changed.",
     "Ce champ n’existe pas, ou ne peut pas être modifié."},
    {FieldCode::given_twice, "given-twice", "It was given more than once.", "Il a été donné plus d’une fois."},
    {FieldCode::not_text, "not-text", "It must be a text.", "Ce doit être un texte."},
    {FieldCode::not_texts, "not-texts", "It must be a list of texts.", "Ce doit être une liste de textes."},
    {FieldCode::not_boolean, "not-boolean", "It must be true or false.", "Ce doit être true ou false."},
    {FieldCode::not_object, "not-object", "It must be an object.", "Ce doit être un objet."},
    {FieldCode::not_utf8, "not-utf8", "This is not valid UTF-8 text.", "Ce n’est pas un texte UTF-8 valide."},
    {FieldCode::not_id, "not-id", "It is not an id.", "Ce n’est pas un identifiant."},
    {FieldCode::not_in_range, "not-in-range", "It must be a whole number from {min} to {max}.",
     "Ce doit être un nombre entier de {min} à {max}."},
    {FieldCode::not_one_of, "not-one-of", "It must be {choices}.", "Ce doit être {choices}."},
    {FieldCode::not_some_of, "not-some-of", "It must be one or more of these, with commas between them: {choices}.",
     "Ce doit être une ou plusieurs de ces valeurs, séparées par des virgules : {choices}."},
    {FieldCode::not_sha256, "not-sha256", "It must be 64 hexadecimal digits in lower case.",
     "Ce doivent être 64 chiffres hexadécimaux en minuscules."},
    {FieldCode::not_time, "not-time", "It must be a time like 2026-12-24T18:00:00+01:00.",
     "Ce doit être un moment comme 2026-12-24T18:00:00+01:00."},
    {FieldCode::not_cursor, "not-cursor", "It is not a cursor that this list gave.",
     "Ce n’est pas un curseur donné par cette liste."},
    {FieldCode::not_event_id, "not-event-id", "It is not an id that this stream gave.",
     "Ce n’est pas un identifiant donné par ce flux."},
    {FieldCode::not_entity_tag, "not-entity-tag", "Send the ETag as you got it, or the revision in double quotes.",
     "Envoyez l’ETag tel que vous l’avez reçu, ou la révision entre guillemets doubles."},
    {FieldCode::not_digest, "not-digest", "It must be sha-256=:BASE64: as in RFC 9530, with 32 bytes.",
     "Ce doit être sha-256=:BASE64: comme dans la RFC 9530, avec 32 octets."},
    // How long a text or a list is
    {FieldCode::too_many_bytes, "too-many-bytes", "It is longer than {max} bytes.", "Il dépasse {max} octets."},
    {FieldCode::text_too_long, "text-too-long", "This is {length} characters long; {max} are allowed.",
     "Ce texte a {length} caractères ; {max} au plus sont permis."},
    {FieldCode::control_characters, "control-characters", "This has control characters in it.",
     "Ce texte contient des caractères de contrôle."},
    {FieldCode::too_many_members, "too-many-members", "It has at most {max} members.", "Il a {max} éléments au plus."},
    {FieldCode::member_count, "member-count", "It must have {min} to {max} members.",
     "Il doit avoir de {min} à {max} éléments."},
    {FieldCode::count_differs, "count-differs", "It must have as many members as {other}.",
     "Il doit avoir autant d’éléments que {other}."},
    // What goes together
    {FieldCode::nothing_to_change, "nothing-to-change", "Name at least one field to change.",
     "Nommez au moins un champ à modifier."},
    {FieldCode::change_or_purge, "change-or-purge", "Send either a change or purge.",
     "Envoyez soit une modification, soit purge."},
    {FieldCode::album_or_photos, "album-or-photos", "Name an album, or photos, and not both.",
     "Nommez un album, ou des photos, mais pas les deux."},
    {FieldCode::photos_or_scope, "photos-or-scope",
     "Send either photos or a scope; with the scope of a share, those of its photos that you want.",
     "Envoyez soit des photos, soit une portée ; avec la portée d’un partage, celles de ses photos que vous voulez."},
    {FieldCode::no_photo, "no-photo", "Name at least one photo.", "Nommez au moins une photo."},
    {FieldCode::no_photo_kept, "no-photo-kept", "Name at least one photo that stays.",
     "Nommez au moins une photo qui reste."},
    {FieldCode::neither_added_nor_removed, "neither-added-nor-removed", "Name photos in add or in remove.",
     "Nommez des photos dans add ou dans remove."},
    {FieldCode::added_and_removed, "added-and-removed",
     "A photo is named here that is named in add as well. Name it in one of them.",
     "Une photo est nommée ici qui l’est aussi dans add. Nommez-la dans l’un des deux."},
    {FieldCode::too_many_added_and_removed, "too-many-added-and-removed",
     "Name at most {max} photos, in add and remove together.",
     "Nommez {max} photos au plus, dans add et remove ensemble."},
    {FieldCode::tokens_without_password, "tokens-without-password", "It goes with a new password.",
     "Il accompagne un nouveau mot de passe."},
    {FieldCode::one_place, "one-place",
     "Say where the photos are to go: before one, after one, or to the beginning or the end.",
     "Dites où vont les photos : avant une autre, après une autre, au début ou à la fin."},
    {FieldCode::named_twice, "named-twice", "It is named twice.", "C’est nommé deux fois."},
    {FieldCode::neighbour_not_in_album, "neighbour-not-in-album", "It must be a photo that stands in the album.",
     "Ce doit être une photo de l’album."},
    {FieldCode::neighbour_moves, "neighbour-moves", "It is one of those that are to move.",
     "C’est une de celles à déplacer."},
    {FieldCode::not_album_place, "not-album-place", "It is not a place in an album that an answer gave.",
     "Ce n’est pas une place dans un album donnée par une réponse."},
    // Accounts
    {FieldCode::name_length, "name-length", "A name has 1 to {max} characters and no spaces at its ends.",
     "Un nom a de 1 à {max} caractères, sans espace au début ni à la fin."},
    {FieldCode::name_unseen, "name-unseen",
     "A name has no characters that cannot be seen or that turn the direction of text.",
     "Un nom n’a pas de caractères invisibles ou qui changent le sens du texte."},
    {FieldCode::password_length, "password-length", "A password has at least {min} characters and at most {max} bytes.",
     "Un mot de passe a au moins {min} caractères et au plus {max} octets."},
    {FieldCode::current_password_wrong, "current-password-wrong", "This is not your password.",
     "Ce n’est pas votre mot de passe."},
    {FieldCode::not_end_of_photos, "not-end-of-photos", "It must be delete, or transfer: and the id of a user.",
     "Ce doit être delete, ou transfer: suivi de l’identifiant d’un utilisateur."},
    {FieldCode::no_such_heir, "no-such-heir", "There is no such user to whom they could be handed.",
     "L’utilisateur à qui les remettre n’existe pas."},
    // Photos
    {FieldCode::no_such_photo, "no-such-photo", "There is no such photo.", "Cette photo n’existe pas."},
    {FieldCode::photo_of_other, "photo-of-other", "Only its owner can share a photo.",
     "Seul son propriétaire peut partager une photo."},
    {FieldCode::photo_in_trash, "photo-in-trash", "This photo is in the trash.", "Cette photo est dans la corbeille."},
    {FieldCode::photo_gone_meanwhile, "photo-gone-meanwhile",
     "One of these photos went to the trash, or to somebody else, meanwhile.",
     "Une de ces photos est entre-temps partie à la corbeille ou à quelqu’un d’autre."},
    {FieldCode::photo_deleted_meanwhile, "photo-deleted-meanwhile", "One of these photos was deleted meanwhile.",
     "Une de ces photos a été supprimée entre-temps."},
    {FieldCode::photo_not_in_group, "photo-not-in-group", "This photo is not in the group.",
     "Cette photo n’est pas dans le groupe."},
    {FieldCode::tag_empty, "tag-empty", "A tag cannot be empty.", "Une étiquette ne peut pas être vide."},
    {FieldCode::too_many_tags, "too-many-tags", "These are {count} tags; {max} are allowed.",
     "Ce sont {count} étiquettes ; {max} au plus sont permises."},
    {FieldCode::tags_full, "tags-full", "A photo has at most {max} tags.", "Une photo a {max} étiquettes au plus."},
    {FieldCode::not_location, "not-location", "It must be an object of lat and lon, in degrees.",
     "Ce doit être un objet avec lat et lon, en degrés."},
    {FieldCode::location_out_of_range, "location-out-of-range",
     "Latitudes go from -90 to 90 degrees, longitudes from -180 to 180.",
     "Les latitudes vont de -90 à 90 degrés, les longitudes de -180 à 180."},
    {FieldCode::not_box, "not-box", "It must be west,south,east,north in degrees, such as -5.2,47.2,-1.0,48.9.",
     "Ce doit être ouest,sud,est,nord en degrés, comme -5.2,47.2,-1.0,48.9."},
    {FieldCode::not_right_angle, "not-right-angle", "It must be 0, 90, 180 or 270: degrees clockwise from upright.",
     "Ce doit être 0, 90, 180 ou 270 : des degrés dans le sens horaire, à partir de la position droite."},
    // Dates of photos
    {FieldCode::not_date, "not-date", "This is not a date like 2024-05-01T10:00:00+02:00, 2024-05-01, 2024-05 or 2024.",
     "Ce n’est pas une date comme 2024-05-01T10:00:00+02:00, 2024-05-01, 2024-05 ou 2024."},
    {FieldCode::not_date_or_null, "not-date-or-null", "It must be a date or null.", "Ce doit être une date ou null."},
    {FieldCode::one_change_of_date, "one-change-of-date",
     "A date is either set, taken from the file, moved, or put into a time zone.",
     "Une date est soit fixée, soit prise du fichier, soit décalée, soit placée dans un fuseau horaire."},
    {FieldCode::not_duration, "not-duration", "It must be a number of seconds, or a duration like PT1H30M or -P1D.",
     "Ce doit être un nombre de secondes, ou une durée comme PT1H30M ou -P1D."},
    {FieldCode::duration_too_long, "duration-too-long", "It can be a hundred years at most.",
     "Cent ans au plus sont possibles."},
    {FieldCode::time_zone_unknown, "time-zone-unknown",
     "This is no time zone that is known here, like Europe/Paris or +02:00.",
     "Ce n’est pas un fuseau horaire connu ici, comme Europe/Paris ou +02:00."},
    {FieldCode::time_zone_missing, "time-zone-missing", "It is missing: the others say how it is set.",
     "Il manque : les autres disent comment le fixer."},
    {FieldCode::camera_time_zone_alone, "camera-time-zone-alone",
     "It is for keeping the moment: send \"keep\": \"instant\" with it.",
     "Il sert à garder l’instant : envoyez aussi \"keep\": \"instant\"."},
    // Albums
    {FieldCode::no_such_album, "no-such-album", "There is no such album.", "Cet album n’existe pas."},
    {FieldCode::album_title_empty, "album-title-empty", "An album has a title.", "Un album a un titre."},
    {FieldCode::album_in_itself, "album-in-itself", "An album cannot stand in itself, nor in one that stands in it.",
     "Un album ne peut se trouver ni dans lui-même, ni dans un album qu’il contient."},
    {FieldCode::albums_too_deep, "albums-too-deep", "Albums stand at most {max} deep in one another.",
     "Les albums s’emboîtent sur {max} niveaux au plus."},
    {FieldCode::cover_not_in_album, "cover-not-in-album", "It must be a photo that stands in the album.",
     "Ce doit être une photo de l’album."},
    {FieldCode::owner_needs_no_role, "owner-needs-no-role", "The album's owner needs no other role.",
     "Le propriétaire de l’album n’a pas besoin d’un autre rôle."},
    {FieldCode::album_members_full, "album-members-full", "This album has {max} members, as many as one can have.",
     "Cet album a {max} membres, autant qu’un album peut en avoir."},
    {FieldCode::owner_cannot_leave, "owner-cannot-leave", "The owner cannot leave an album, but delete it.",
     "Le propriétaire ne peut pas quitter un album, mais il peut le supprimer."},
    // Shares and archives
    {FieldCode::moment_passed, "moment-passed", "This moment has passed.", "Ce moment est passé."},
    {FieldCode::moment_too_late, "moment-too-late", "It must lie before the year 10000.",
     "Ce moment doit précéder l’an 10000."},
    {FieldCode::upload_needs_album, "upload-needs-album", "Photos are given to an album: share one.",
     "Les photos se déposent dans un album : partagez-en un."},
    {FieldCode::photo_shares_full, "photo-shares-full",
     "One of these photos stands in {max} shares already, as many as it can. Revoke some.",
     "Une de ces photos est déjà dans {max} partages, autant que possible. Révoquez-en certains."},
    {FieldCode::archive_too_large, "archive-too-large", "This archive has at most {max} photos.",
     "Cette archive a {max} photos au plus."},
    // What is searched for
    {FieldCode::search_not_number, "search-not-number",
     "“{text}” is no number for {filter}:. Write {filter}:400, {filter}:100-800 or {filter}:>=800.",
     "« {text} » n’est pas un nombre pour {filter}:. Écrivez {filter}:400, {filter}:100-800 ou {filter}:>=800."},
    {FieldCode::search_not_date, "search-not-date", "“{text}” is no date for {filter}:. Write {choices}.",
     "« {text} » n’est pas une date pour {filter}:. Écrivez {choices}."},
    {FieldCode::search_not_box, "search-not-box",
     "“{text}” is no part of the map. Write box:WEST,SOUTH,EAST,NORTH in degrees, such as box:-5.2,47.2,-1.0,48.9.",
     "« {text} » n’est pas une partie de la carte. Écrivez box:OUEST,SUD,EST,NORD en degrés, par exemple "
     "box:-5.2,47.2,-1.0,48.9."},
    {FieldCode::search_value_unknown, "search-value-unknown", "{filter}: does not know “{text}”. Write {choices}.",
     "{filter}: ne connaît pas « {text} ». Écrivez {choices}."},
    {FieldCode::search_value_near, "search-value-near",
     "{filter}: does not know “{text}”. Did you mean {near}? Write {choices}.",
     "{filter}: ne connaît pas « {text} ». Vouliez-vous dire {near} ? Écrivez {choices}."},
    {FieldCode::search_filter_unknown, "search-filter-unknown",
     "There is no filter “{filter}:”. Write {choices}, and put what is no filter in quotes.",
     "Le filtre « {filter}: » n’existe pas. Écrivez {choices}, et mettez entre guillemets ce qui n’est pas un filtre."},
    {FieldCode::search_filter_near, "search-filter-near",
     "There is no filter “{filter}:”. Did you mean {near}? Write {choices}, and put what is no filter in quotes.",
     "Le filtre « {filter}: » n’existe pas. Vouliez-vous dire {near} ? Écrivez {choices}, et mettez entre guillemets "
     "ce qui n’est pas un filtre."},
    {FieldCode::search_filter_empty, "search-filter-empty",
     "Nothing stands behind {filter}:. Write {filter}:VALUE, without a space.",
     "Rien ne suit {filter}:. Écrivez {filter}:VALEUR, sans espace."},
    {FieldCode::search_too_long, "search-too-long",
     "The search is too long: it may have {parts} parts and {bytes} bytes.",
     "La recherche est trop longue : elle peut avoir {parts} parties et {bytes} octets."},
};

/// entry_of() finds a code at its number.
constexpr bool fields_in_order() {
    for (std::size_t i = 0; i < std::size(kFieldTable); ++i)
        if (static_cast<std::size_t>(kFieldTable[i].code) != i) return false;
    return true;
}
static_assert(fields_in_order() && std::size(kFieldTable) == static_cast<std::size_t>(FieldCode::search_too_long) + 1);

/// "a, b or c"
std::string joined(const std::vector<std::string>& choices) {
    std::string text;
    for (std::size_t i = 0; i < choices.size(); ++i) {
        if (i > 0) text += i + 1 < choices.size() ? ", " : " or ";
        text += choices[i];
    }
    return text;
}

std::string shown(const FieldParam& param) {
    if (const auto* number = std::get_if<std::int64_t>(&param.value)) return std::to_string(*number);
    if (const auto* text = std::get_if<std::string>(&param.value)) return *text;
    return joined(std::get<std::vector<std::string>>(param.value));
}

}  // namespace

std::span<const FieldCodeEntry> field_codes_table() { return kFieldTable; }

const FieldCodeEntry& entry_of(FieldCode code) { return kFieldTable[static_cast<std::size_t>(code)]; }

std::string FieldError::detail() const {
    std::string_view rest = entry_of(code).en;
    std::string sentence;
    for (auto open = rest.find('{'); open != std::string_view::npos; open = rest.find('{')) {
        const auto close = rest.find('}', open);
        const auto name = rest.substr(open + 1, close - open - 1);
        const auto param = std::ranges::find(params, name, &FieldParam::name);
        sentence.append(rest.substr(0, open)).append(param == params.end() ? "…" : shown(*param));
        rest.remove_prefix(close + 1);
    }
    return sentence.append(rest);
}

}  // namespace cadre
