#include "base/codes.h"

#include "base/field_codes.h"

namespace cadre {
namespace {

constexpr CodeEntry kTable[] = {
    {{Code::invalid_request, "invalid-request", 400},
     {"The request is not understood",
      "Something in the request is malformed or contradicts itself. The detail of the answer says what; a program that "
      "sends the same again gets the same answer."},
     {"La requête n’est pas comprise",
      "Quelque chose dans la requête est mal formé ou se contredit. Le détail de la réponse dit quoi ; un programme "
      "qui renvoie la même requête reçoit la même réponse."}},
    {{Code::malformed_http, "malformed-http", 400},
     {"The request is not valid HTTP",
      "The first lines or the body of the request do not have the form that HTTP asks for. A browser does not send "
      "such a request: look at the program or the proxy that did."},
     {"La requête n’est pas du HTTP valide",
      "Les premières lignes ou le corps de la requête n’ont pas la forme que demande HTTP. Un navigateur n’envoie pas "
      "une telle requête : regardez le programme ou le mandataire qui l’a envoyée."}},
    {{Code::malformed_address, "malformed-address", 400},
     {"The address is malformed",
      "The address has a % without two hexadecimal digits behind it, an encoded slash, a control character, or . or .. "
      "as a segment. Correct the address."},
     {"L’adresse est mal formée",
      "L’adresse contient un % qui n’est pas suivi de deux chiffres hexadécimaux, une barre oblique encodée, un "
      "caractère de contrôle, ou bien . ou .. comme segment. Corrigez l’adresse."}},
    {{Code::malformed_json, "malformed-json", 400},
     {"The body is not valid JSON",
      "The body must be a JSON object in UTF-8. The detail says where reading it broke off."},
     {"Le corps n’est pas du JSON valide",
      "Le corps doit être un objet JSON en UTF-8. Le détail dit où la lecture s’est arrêtée."}},
    {{Code::invalid_fields, "invalid-fields", 400},
     {"Some fields are wrong",
      "One or more fields of the request cannot be taken as they are. `errors` lists each with what is wrong with it. "
      "Nothing was changed."},
     {"Certains champs sont incorrects",
      "Un ou plusieurs champs de la requête ne peuvent pas être acceptés tels quels. `errors` les énumère, chacun avec "
      "ce qui ne va pas. Rien n’a été modifié."}},
    {{Code::too_many_changes, "too-many-changes", 400},
     {"Too much was added to this and taken off again",
      "In the last 30 days more was added and taken off than is remembered of one thing. What it has or had can be "
      "changed, and it can be deleted; something new can be added later."},
     {"Trop de choses y ont été ajoutées puis retirées",
      "Ces 30 derniers jours, plus de choses ont été ajoutées et retirées que ce qui est retenu pour un seul élément. "
      "Ce qu’il a ou avait peut être modifié, et il peut être supprimé ; du nouveau pourra être ajouté plus tard."}},
    {{Code::tls_only, "tls-only", 400},
     {"This address speaks TLS only",
      "The request came in the clear to a port of TLS. Use an address that begins with https."},
     {"Cette adresse ne parle que TLS",
      "La requête est arrivée en clair sur un port TLS. Utilisez une adresse qui commence par https."}},
    {{Code::digest_differs, "digest-differs", 400},
     {"The file was damaged on its way",
      "The bytes that arrived do not have the digest that was sent with them. Nothing was kept. Send the file again."},
     {"Le fichier a été abîmé en chemin",
      "Les octets reçus n’ont pas l’empreinte annoncée. Rien n’a été gardé. Envoyez le fichier à nouveau."}},
    {{Code::body_incomplete, "body-incomplete", 400},
     {"The body of the request ended early",
      "The connection ended before everything that was announced had arrived. Nothing was kept. Send it again."},
     {"Le corps de la requête s’est interrompu",
      "La connexion s’est terminée avant l’arrivée de tout ce qui était annoncé. Rien n’a été gardé. Envoyez-le à "
      "nouveau."}},
    {{Code::not_logged_in, "not-logged-in", 401},
     {"You are not logged in", "This needs an account, and nobody is logged in, or no longer. Log in and try again."},
     {"Vous n’êtes pas connecté",
      "Il faut un compte pour cela, et personne n’est connecté, ou ne l’est plus. Connectez-vous et réessayez."}},
    {{Code::wrong_name_or_password, "wrong-name-or-password", 401},
     {"The name or the password is wrong",
      "Check both; capital letters in the password count. Somebody who forgot a password can be given a new one by an "
      "administrator."},
     {"Le nom ou le mot de passe est incorrect",
      "Vérifiez les deux ; les majuscules du mot de passe comptent. Un administrateur peut donner un nouveau mot de "
      "passe à qui a oublié le sien."}},
    {{Code::token_not_valid, "token-not-valid", 401},
     {"The token is not valid",
      "The token is not known here, or was revoked. Make a new one under Settings, or with `cadre token create`."},
     {"Le jeton n’est pas valide",
      "Ce jeton n’est pas connu ici, ou il a été révoqué. Créez-en un nouveau dans les réglages, ou avec `cadre token "
      "create`."}},
    {{Code::setup_link_wrong, "setup-link-wrong", 401},
     {"This is not the set-up link",
      "The link is not the one that the server printed when it started. Look at its output or its log for the link."},
     {"Ce n’est pas le lien de mise en service",
      "Ce lien n’est pas celui que le serveur a affiché à son démarrage. Cherchez le lien dans sa sortie ou son "
      "journal."}},
    {{Code::share_locked, "share-locked", 401},
     {"This share is locked",
      "It shows nothing before it is unlocked with its password, which whoever sent the link knows. Another password "
      "locks it again."},
     {"Ce partage est verrouillé",
      "Il ne montre rien avant d’être déverrouillé par son mot de passe, que connaît la personne qui a envoyé le lien. "
      "Un mot de passe modifié le verrouille de nouveau."}},
    {{Code::wrong_share_password, "wrong-share-password", 401},
     {"The password of the share is wrong",
      "Capital letters count. Ask whoever sent you the link if you are not sure."},
     {"Le mot de passe du partage est incorrect",
      "Les majuscules comptent. En cas de doute, demandez à la personne qui vous a envoyé le lien."}},
    {{Code::not_allowed, "not-allowed", 403},
     {"You may not do this", "Your account does not have the right to do this. The detail says why."},
     {"Vous ne pouvez pas faire cela", "Votre compte n’a pas le droit de faire cela. Le détail dit pourquoi."}},
    {{Code::administrators_only, "administrators-only", 403},
     {"Only an administrator can do this", "Ask an administrator of this gallery."},
     {"Seul un administrateur peut faire cela", "Demandez à un administrateur de cette galerie."}},
    {{Code::owner_only, "owner-only", 403},
     {"Only its owner can do this", "The photo belongs to somebody else, who alone can change this."},
     {"Seul son propriétaire peut faire cela", "La photo appartient à quelqu’un d’autre, qui seul peut changer cela."}},
    {{Code::album_role_needed, "album-role-needed", 403},
     {"Your role in the album does not allow this",
      "Contributors and editors add photos of their own, editors also change the album and take out any photo, its "
      "owner "
      "says who is a member and deletes it. Ask the album’s owner for another role."},
     {"Votre rôle dans l’album ne le permet pas",
      "Les contributeurs et les éditeurs ajoutent leurs propres photos, les éditeurs modifient aussi l’album et en "
      "retirent toute photo, son propriétaire décide qui en est membre et le supprime. Demandez un autre rôle au "
      "propriétaire de l’album."}},
    {{Code::share_may_not, "share-may-not", 403},
     {"This share does not allow this",
      "Whoever made the share decides what its visitors may do beside looking. Originals of photos that belong to "
      "somebody else are never given out by it."},
     {"Ce partage ne le permet pas",
      "La personne qui a créé le partage décide de ce que ses visiteurs peuvent faire à part regarder. Les originaux "
      "des photos qui appartiennent à quelqu’un d’autre n’y sont jamais donnés."}},
    {{Code::token_may_not, "token-may-not", 403},
     {"The token may not do this",
      "The token was made for less: a token may read, add photos, or do all that its owner may. Make one that may do "
      "this."},
     {"Le jeton ne permet pas cela",
      "Le jeton a été créé pour moins que cela : un jeton permet de lire, d’ajouter des photos, ou de faire tout ce "
      "que peut son propriétaire. Créez-en un qui le permet."}},
    {{Code::other_site, "other-site", 403},
     {"The request came from another site’s page",
      "A page of another site, or one behind a proxy that hides the gallery’s address, sent this. If it was the "
      "gallery’s own page: start the server with --public-url, or let the proxy send X-Forwarded-Proto and "
      "X-Forwarded-Host and name it in --trusted-proxies."},
     {"La requête vient de la page d’un autre site",
      "Elle a été envoyée par la page d’un autre site, ou à travers un mandataire qui cache l’adresse de la galerie. "
      "Si c’était la page de la galerie : démarrez le serveur avec --public-url, ou faites envoyer X-Forwarded-Proto "
      "et X-Forwarded-Host par le mandataire et nommez-le dans --trusted-proxies."}},
    {{Code::not_found, "not-found", 404},
     {"There is nothing here", "There is nothing at this address, or it was deleted."},
     {"Il n’y a rien ici", "Il n’y a rien à cette adresse, ou ce qui y était a été supprimé."}},
    {{Code::photo_not_found, "photo-not-found", 404},
     {"There is no such photo",
      "The photo was deleted for good, or was never there, or is somebody else’s and private."},
     {"Cette photo n’existe pas",
      "La photo a été supprimée définitivement, n’a jamais existé, ou appartient à quelqu’un d’autre et est privée."}},
    {{Code::user_not_found, "user-not-found", 404},
     {"There is no such user", "The account was deleted, or was never there."},
     {"Cet utilisateur n’existe pas", "Le compte a été supprimé, ou n’a jamais existé."}},
    {{Code::token_not_found, "token-not-found", 404},
     {"You have no such token", "It was revoked already, or is not yours."},
     {"Vous n’avez pas un tel jeton", "Il a déjà été révoqué, ou n’est pas à vous."}},
    {{Code::session_not_found, "session-not-found", 404},
     {"You have no such session", "It has ended already, or is not yours."},
     {"Vous n’avez pas une telle session", "Elle est déjà terminée, ou n’est pas à vous."}},
    {{Code::picture_not_found, "picture-not-found", 404},
     {"There is no such picture",
      "The address of a picture changes when its photo becomes private, goes to the trash or is turned. Load the page "
      "again."},
     {"Cette image n’existe pas",
      "L’adresse d’une image change quand sa photo devient privée, va à la corbeille ou est tournée. Rechargez la "
      "page."}},
    {{Code::month_not_found, "month-not-found", 404},
     {"There are no photos in this month",
      "This timeline has no photo in that month, or what was asked for is no month, as in 2024-05."},
     {"Il n’y a pas de photo dans ce mois",
      "Cette chronologie n’a pas de photo dans ce mois, ou ce qui est demandé n’est pas un mois comme 2024-05."}},
    {{Code::album_not_found, "album-not-found", 404},
     {"There is no such album", "The album was deleted, or was never there, or you are not one of its members."},
     {"Cet album n’existe pas", "L’album a été supprimé, n’a jamais existé, ou vous n’en êtes pas membre."}},
    {{Code::share_not_found, "share-not-found", 404},
     {"There is no such share",
      "The link was revoked, has expired, or was never there; or what it showed is gone. Ask for another one "
      "where it came from."},
     {"Ce partage n’existe pas",
      "Le lien a été révoqué, a expiré ou n’a jamais existé ; ou ce qu’il montrait n’est plus là. Demandez-en un autre "
      "à la personne qui l’a envoyé."}},
    {{Code::archive_not_found, "archive-not-found", 404},
     {"There is no such archive",
      "An archive stays for a week, and can be fetched by whoever had it made. Ask for a new one of the same photos."},
     {"Cette archive n’existe pas",
      "Une archive reste une semaine, et seule la personne qui l’a demandée peut la télécharger. Demandez-en une "
      "nouvelle des mêmes photos."}},
    {{Code::upload_not_found, "upload-not-found", 404},
     {"There is no such upload",
      "An upload in pieces is known to whoever began it, until it was given up or left alone for two days. Begin it "
      "again."},
     {"Cet envoi n’existe pas",
      "Un envoi en plusieurs morceaux n’est connu que de la personne qui l’a commencé, jusqu’à ce qu’il soit abandonné "
      "ou laissé deux jours sans suite. Recommencez-le."}},
    {{Code::already_set_up, "already-set-up", 404},
     {"This gallery is set up already", "It has an administrator. Log in instead."},
     {"Cette galerie est déjà mise en service", "Elle a un administrateur. Connectez-vous plutôt."}},
    {{Code::method_not_allowed, "method-not-allowed", 405},
     {"This address does not take this method", "`Allow` in the answer’s header lists the methods that it takes."},
     {"Cette adresse n’accepte pas cette méthode",
      "`Allow`, dans l’en-tête de la réponse, énumère les méthodes acceptées."}},
    {{Code::too_slow, "too-slow", 408},
     {"The request came too slowly",
      "The rest of the request did not arrive in time. Try again, over a better connection if there is one."},
     {"La requête est arrivée trop lentement",
      "Le reste de la requête n’est pas arrivé à temps. Réessayez, avec une meilleure connexion si possible."}},
    {{Code::conflict, "conflict", 409},
     {"This contradicts what is there now",
      "Something changed meanwhile, or is there already. Load it again; the detail says what it is."},
     {"Cela contredit l’état actuel",
      "Quelque chose a changé entre-temps, ou existe déjà. Rechargez ; le détail dit de quoi il s’agit."}},
    {{Code::last_administrator, "last-administrator", 409},
     {"This is the last administrator",
      "A gallery keeps at least one administrator who can log in. Make somebody else an administrator first."},
     {"C’est le dernier administrateur",
      "Une galerie garde au moins un administrateur qui peut se connecter. Nommez d’abord quelqu’un d’autre."}},
    {{Code::name_taken, "name-taken", 409},
     {"There is a user of this name already",
      "Names that differ only in capital letters, or that look the same, count as one. Choose another."},
     {"Un utilisateur porte déjà ce nom",
      "Des noms qui ne diffèrent que par les majuscules, ou qui se ressemblent à l’œil, comptent pour un seul. "
      "Choisissez-en un autre."}},
    {{Code::password_changed, "password-changed", 409},
     {"The password was changed meanwhile", "Somebody changed the password while this was under way. Log in again."},
     {"Le mot de passe a changé entre-temps",
      "Quelqu’un a changé le mot de passe pendant cette opération. Connectez-vous à nouveau."}},
    {{Code::user_has_photos, "user-has-photos", 409},
     {"This user still has photos",
      "The trash counts. Say what becomes of them: delete them for good, or hand them to somebody else."},
     {"Cet utilisateur a encore des photos",
      "La corbeille compte. Dites ce qu’elles deviennent : les supprimer définitivement, ou les remettre à quelqu’un "
      "d’autre."}},
    {{Code::too_many_tokens, "too-many-tokens", 409},
     {"You have as many tokens as one person can have", "Revoke some that are not in use first."},
     {"Vous avez autant de jetons qu’il est permis", "Révoquez d’abord ceux qui ne servent plus."}},
    {{Code::token_chain_too_long, "token-chain-too-long", 409},
     {"This token was made by a token, and so on, too many times",
      "Make the new token with a password or with a token nearer to it."},
     {"Ce jeton vient d’un jeton, et ainsi de suite, trop de fois",
      "Créez le nouveau jeton avec un mot de passe ou avec un jeton plus proche de l’origine."}},
    {{Code::month_changed, "month-changed", 409},
     {"The month changed meanwhile",
      "Photos came into this month or left it while it was read in pieces. Begin again at its start."},
     {"Le mois a changé entre-temps",
      "Des photos sont arrivées dans ce mois ou l’ont quitté pendant sa lecture par morceaux. Recommencez au début."}},
    {{Code::look_alikes_changed, "look-alikes-changed", 409},
     {"These look-alikes changed meanwhile",
      "A photo came to this group or left it since you read it. Nothing was changed now. Load the look-alikes again, "
      "then decide."},
     {"Ces photos semblables ont changé entre-temps",
      "Une photo est arrivée dans ce groupe ou l’a quitté depuis que vous l’avez lu. Rien n’a été modifié maintenant. "
      "Rechargez les photos semblables, puis décidez."}},
    {{Code::upload_offset_differs, "upload-offset-differs", 409},
     {"The upload goes on elsewhere",
      "The piece does not begin where the upload stands. Ask with HEAD where that is, and send the rest from there."},
     {"L’envoi continue à un autre endroit",
      "Le morceau ne commence pas là où en est l’envoi. Demandez cet endroit par HEAD, puis envoyez la suite à partir "
      "de "
      "là."}},
    {{Code::archive_outdated, "archive-outdated", 410},
     {"The archive cannot be finished any more",
      "A photo of it was deleted, hidden or turned since it was made, or you may not have that photo any more. Ask for "
      "a "
      "new archive, which has what there is now."},
     {"L’archive ne peut plus être achevée",
      "Depuis qu’elle a été faite, une de ses photos a été supprimée, masquée ou pivotée, ou vous n’y avez plus droit. "
      "Demandez une nouvelle archive, qui contiendra ce qu’il y a maintenant."}},
    {{Code::upload_expired, "upload-expired", 410},
     {"The upload has expired",
      "Nobody went on with it for a day; what was sent of it is being removed. Begin it again."},
     {"L’envoi a expiré",
      "Personne ne l’a continué pendant un jour ; ce qui en était arrivé est en cours de suppression. "
      "Recommencez-le."}},
    {{Code::length_required, "length-required", 411},
     {"The length of the body is missing", "Send Content-Length, or the body in chunks."},
     {"La longueur du corps manque", "Envoyez Content-Length, ou le corps par morceaux (chunked)."}},
    {{Code::changed_meanwhile, "changed-meanwhile", 412},
     {"It was changed meanwhile",
      "Somebody else, or you in another window, changed it since you read it. Nothing was changed now. Load it again, "
      "then decide."},
     {"Cela a changé entre-temps",
      "Quelqu’un d’autre, ou vous dans une autre fenêtre, l’a changé depuis que vous l’avez lu. Rien n’a été modifié "
      "maintenant. Rechargez, puis décidez."}},
    {{Code::tus_version, "tus-version", 412},
     {"This is another version of the protocol",
      "Uploads in pieces speak tus 1.0.0. Send the header Tus-Resumable: 1.0.0."},
     {"C’est une autre version du protocole",
      "Les envois en plusieurs morceaux parlent tus 1.0.0. Envoyez l’en-tête Tus-Resumable: 1.0.0."}},
    {{Code::body_too_large, "body-too-large", 413},
     {"The body is larger than is allowed here", "Send less at once."},
     {"Le corps est plus grand que permis ici", "Envoyez-en moins à la fois."}},
    {{Code::file_too_large, "file-too-large", 413},
     {"The file is too large",
      "It has more bytes than this gallery takes. Save it smaller; whoever runs the server sets the limit with "
      "--max-upload."},
     {"Le fichier est trop gros",
      "Il compte plus d’octets que cette galerie n’en accepte. Enregistrez-le plus petit ; la limite est le réglage "
      "--max-upload du serveur."}},
    {{Code::address_too_long, "address-too-long", 414},
     {"The address is too long", "Shorten it, or send what is in its query in a body where that is possible."},
     {"L’adresse est trop longue", "Raccourcissez-la, ou envoyez ses paramètres dans un corps là où c’est possible."}},
    {{Code::wrong_content_type, "wrong-content-type", 415},
     {"The body is of another type than is taken here",
      "Send JSON, with Content-Type: application/json; a change may also be application/merge-patch+json."},
     {"Le corps n’est pas du type attendu",
      "Envoyez du JSON, avec Content-Type: application/json ; une modification peut aussi être "
      "application/merge-patch+json."}},
    {{Code::format_not_accepted, "format-not-accepted", 415},
     {"This is not a picture in a format that is accepted",
      "JPEG, PNG, WebP, GIF, TIFF, HEIC and AVIF are accepted. What counts is the content of the file, not its name."},
     {"Ce n’est pas une image dans un format accepté",
      "JPEG, PNG, WebP, GIF, TIFF, HEIC et AVIF sont acceptés. C’est le contenu du fichier qui compte, pas son nom."}},
    {{Code::raw_not_accepted, "raw-not-accepted", 415},
     {"Camera RAW files are not accepted", "Export the photo as JPEG, TIFF or HEIC."},
     {"Les fichiers RAW ne sont pas acceptés", "Exportez la photo en JPEG, TIFF ou HEIC."}},
    {{Code::file_empty, "file-empty", 415},
     {"The file is empty", "It has no bytes. Copy it again from where it came from."},
     {"Le fichier est vide", "Il ne contient aucun octet. Copiez-le à nouveau depuis sa source."}},
    {{Code::range_not_satisfiable, "range-not-satisfiable", 416},
     {"The file does not have the bytes that were asked for",
      "The range begins behind the file’s end. Ask for less, or for the whole."},
     {"Le fichier n’a pas les octets demandés",
      "La plage commence après la fin du fichier. Demandez-en moins, ou le fichier entier."}},
    {{Code::expectation_failed, "expectation-failed", 417},
     {"What the request expects is not known here",
      "The only expectation that is taken is 100-continue. Leave the field Expect away."},
     {"Ce que la requête attend n’est pas connu ici",
      "La seule attente acceptée est 100-continue. Omettez le champ Expect."}},
    {{Code::picture_unreadable, "picture-unreadable", 422},
     {"The picture could not be read",
      "It has an accepted format, but could not be read. Open it in another program and save it anew."},
     {"L’image n’a pas pu être lue",
      "Son format est accepté, mais elle n’a pas pu être lue. Ouvrez-la dans un autre programme et enregistrez-la à "
      "nouveau."}},
    {{Code::file_truncated, "file-truncated", 422},
     {"The end of the file is missing", "Copying it was probably interrupted. Copy it again from where it came from."},
     {"La fin du fichier manque", "Sa copie a sans doute été interrompue. Copiez-le à nouveau depuis sa source."}},
    {{Code::file_damaged, "file-damaged", 422},
     {"The file is damaged", "The picture in it cannot be read. Copy it again from where it came from."},
     {"Le fichier est abîmé", "L’image qu’il contient ne peut pas être lue. Copiez-le à nouveau depuis sa source."}},
    {{Code::too_many_pixels, "too-many-pixels", 422},
     {"The picture has too many pixels",
      "It is larger than this gallery takes. Save it smaller; whoever runs the server sets the limit with "
      "--max-pixels."},
     {"L’image a trop de pixels",
      "Elle est plus grande que ce que cette galerie accepte. Enregistrez-la plus petite ; la limite est le réglage "
      "--max-pixels du serveur."}},
    {{Code::too_many_progressive_pixels, "too-many-progressive-pixels", 422},
     {"The progressive JPEG has too many pixels",
      "A progressive JPEG is held whole in memory while it is read, and so may be less large. Saved as an ordinary "
      "(baseline) JPEG it may be larger."},
     {"Le JPEG progressif a trop de pixels",
      "Un JPEG progressif est tenu en entier en mémoire pendant sa lecture, et sa taille permise est donc moindre. "
      "Enregistré en JPEG ordinaire (baseline), il peut être plus grand."}},
    {{Code::picture_needs_memory, "picture-needs-memory", 422},
     {"Reading the picture takes too much memory", "It takes more memory than one photo may use. Save it smaller."},
     {"La lecture de l’image demande trop de mémoire",
      "Elle demande plus de mémoire qu’une photo ne peut en utiliser. Enregistrez-la plus petite."}},
    {{Code::picture_needs_time, "picture-needs-time", 422},
     {"Reading the picture took too long",
      "It took longer than one photo may take, and was given up. Save it smaller or in another format."},
     {"La lecture de l’image a pris trop de temps",
      "Elle a dépassé le temps permis pour une photo et a été abandonnée. Enregistrez-la plus petite ou dans un autre "
      "format."}},
    {{Code::picture_too_dear, "picture-too-dear", 422},
     {"Reading the picture would take far longer than its size explains",
      "The file is built so that reading it takes very long. Open it in another program and save it anew."},
     {"La lecture de l’image serait bien plus longue que sa taille ne l’explique",
      "Le fichier est construit de telle sorte que sa lecture est très longue. Ouvrez-le dans un autre programme et "
      "enregistrez-le à nouveau."}},
    {{Code::decoder_crashed, "decoder-crashed", 422},
     {"The program that reads pictures broke off at this one",
      "The file is probably damaged. Nothing else was touched by it. Open it in another program and save it anew."},
     {"Le programme qui lit les images s’est arrêté sur celle-ci",
      "Le fichier est sans doute abîmé. Rien d’autre n’en a été affecté. Ouvrez-le dans un autre programme et "
      "enregistrez-le à nouveau."}},
    {{Code::decoder_too_old, "decoder-too-old", 422},
     {"This server’s library cannot read this picture",
      "It is too old for this one, or lacks a part that it needs. The file itself may well be sound. It is tried again "
      "by itself when the libraries of the server are newer."},
     {"La bibliothèque de ce serveur ne peut pas lire cette image",
      "Elle est trop ancienne pour cette image, ou il lui manque une partie nécessaire. Le fichier lui-même est "
      "peut-être intact. Un nouvel essai a lieu de lui-même quand les bibliothèques du serveur sont plus récentes."}},
    {{Code::original_missing, "original-missing", 422},
     {"The original file is missing from the store",
      "The gallery knows this photo, but its file is gone. Whoever runs the server can look with `cadre verify` and "
      "bring it back from a backup."},
     {"Le fichier original manque dans le stockage",
      "La galerie connaît cette photo, mais son fichier a disparu. L’administrateur du serveur peut regarder avec "
      "`cadre verify` et le rétablir depuis une sauvegarde."}},
    {{Code::record_unreadable, "record-unreadable", 422},
     {"What is stored of this cannot be read",
      "So it cannot be changed. It can be deleted for good; `cadre verify` says what is wrong with it."},
     {"Ce qui est enregistré à ce sujet ne peut pas être lu",
      "Cela ne peut donc pas être modifié. On peut le supprimer définitivement ; `cadre verify` dit ce qui ne va "
      "pas."}},
    {{Code::album_circle, "album-circle", 422},
     {"The album cannot stand there",
      "An album cannot stand in itself, nor in an album that stands in it, nor deeper than 50 albums in one another."},
     {"L’album ne peut pas être placé là",
      "Un album ne peut pas être placé dans lui-même, ni dans un album qu’il contient, ni plus bas que 50 albums les "
      "uns "
      "dans les autres."}},
    {{Code::archive_empty, "archive-empty", 422},
     {"There is nothing to put into the archive",
      "None of these photos can be put into an archive of this kind. Originals are had by their owner alone; pictures "
      "of "
      "a size for the screen are had of photos that are ready."},
     {"Il n’y a rien à mettre dans l’archive",
      "Aucune de ces photos ne peut entrer dans une archive de cette sorte. Seul leur propriétaire obtient les "
      "originaux ; les images à la taille de l’écran existent pour les photos prêtes."}},
    {{Code::search_not_understood, "search-not-understood", 422},
     {"The search is not understood",
      "A search is words and filters such as tag:beach, year:2024 or -is:archived. One part of this one is neither; "
      "the "
      "answer says which, and what may have been meant."},
     {"La recherche n’est pas comprise",
      "Une recherche est faite de mots et de filtres comme tag:plage, year:2024 ou -is:archived. Une partie de "
      "celle-ci "
      "n’est ni l’un ni l’autre ; la réponse dit laquelle, et ce qui a pu être voulu."}},
    {{Code::date_unknown, "date-unknown", 422},
     {"The photo has no date",
      "What has no date cannot be moved by hours or into another time zone. Give it a date first."},
     {"La photo n’a pas de date",
      "Ce qui n’a pas de date ne peut être ni décalé de quelques heures ni mis dans un autre fuseau horaire. "
      "Donnez-lui "
      "d’abord une date."}},
    {{Code::date_not_exact, "date-not-exact", 422},
     {"The date is not known to the time",
      "Of this photo only the year, the month or the day is known. A day is moved by whole days; a month, a year and "
      "the "
      "time zone of any of them are not moved. Set the date instead."},
     {"La date n’est pas connue à l’heure près",
      "De cette photo, on ne connaît que l’année, le mois ou le jour. Un jour se décale de jours entiers ; un mois, "
      "une "
      "année, et le fuseau horaire de tous trois ne changent pas. Donnez plutôt une date."}},
    {{Code::date_without_offset, "date-without-offset", 422},
     {"Nobody knows in which time zone the camera’s clock ran",
      "The date of this photo has no offset from UTC, so that its moment is not known and cannot be kept. Say in which "
      "zone the clock ran (`camera_time_zone`), or keep what the clock shows."},
     {"Personne ne sait dans quel fuseau horaire était l’horloge de l’appareil",
      "La date de cette photo n’a pas de décalage par rapport à UTC : son instant n’est pas connu et ne peut pas être "
      "gardé. Dites dans quel fuseau était l’horloge (`camera_time_zone`), ou gardez ce qu’elle affiche."}},
    {{Code::date_out_of_range, "date-out-of-range", 422},
     {"The date would lie outside the years 1 to 9999", "Move it by less."},
     {"La date sortirait des années 1 à 9999", "Décalez-la de moins."}},
    {{Code::date_of_file_unknown, "date-of-file-unknown", 422},
     {"What the file says of its date is not known",
      "The date was changed under an older release, which did not keep the file’s own. `cadre reread` reads it again."},
     {"Ce que le fichier dit de sa date n’est pas connu",
      "La date a été changée avec une version plus ancienne, qui n’a pas gardé celle du fichier. `cadre reread` la "
      "relit."}},
    {{Code::upload_locked, "upload-locked", 423},
     {"Somebody else goes on with this upload right now",
      "Another request sends a piece of the same upload. Wait a few seconds, ask with HEAD where it stands, and go on "
      "there."},
     {"Quelqu’un d’autre continue cet envoi en ce moment",
      "Une autre requête envoie un morceau du même envoi. Attendez quelques secondes, demandez par HEAD où il en est, "
      "puis continuez à cet endroit."}},
    {{Code::too_many_attempts, "too-many-attempts", 429},
     {"Too many attempts",
      "There were too many attempts to log in. Wait for as long as the answer says (Retry-After), then try again."},
     {"Trop de tentatives",
      "Il y a eu trop de tentatives de connexion. Attendez le temps que dit la réponse (Retry-After), puis "
      "réessayez."}},
    {{Code::too_many_uploads, "too-many-uploads", 429},
     {"You have too many unfinished uploads",
      "What one person may have begun and not finished is bounded. Finish one or give it up; what is left alone for a "
      "day counts no longer."},
     {"Vous avez trop d’envois inachevés",
      "Ce qu’une personne peut avoir commencé sans l’achever est limité. Achevez un envoi ou abandonnez-le ; ce qui "
      "est "
      "laissé un jour sans suite ne compte plus."}},
    {{Code::header_too_large, "header-too-large", 431},
     {"The header of the request is too large",
      "Send fewer or shorter header fields. In a browser: delete this site’s cookies."},
     {"L’en-tête de la requête est trop grand",
      "Envoyez moins de champs d’en-tête, ou de plus courts. Dans un navigateur : supprimez les cookies de ce site."}},
    {{Code::checksum_differs, "checksum-differs", 460},
     {"The piece was damaged on its way",
      "The bytes that arrived do not have the checksum that was sent with them. Nothing of the piece was kept. Send it "
      "again."},
     {"Le morceau a été abîmé en chemin",
      "Les octets reçus n’ont pas la somme de contrôle annoncée. Rien du morceau n’a été gardé. Envoyez-le à "
      "nouveau."}},
    {{Code::fault, "fault", 500},
     {"Something went wrong here",
      "This is a fault of the server, not of the request. Its log has more under the request’s id (`instance`)."},
     {"Une erreur s’est produite ici",
      "C’est une faute du serveur, pas de la requête. Son journal en dit plus sous l’identifiant de la requête "
      "(`instance`)."}},
    {{Code::not_implemented, "not-implemented", 501},
     {"This is not done here",
      "The request wants a transfer coding other than chunks, or takes this server for a proxy. Send the body with "
      "Content-Length or in chunks, to the gallery’s own address."},
     {"Cela ne se fait pas ici",
      "La requête demande un codage de transfert autre que les morceaux (chunked), ou prend ce serveur pour un "
      "mandataire. Envoyez le corps avec Content-Length ou par morceaux, à l’adresse de la galerie."}},
    {{Code::unavailable, "unavailable", 503},
     {"The gallery cannot answer at the moment",
      "Something that it needs is away or too slow. What was being changed may have taken effect: look before you try "
      "again."},
     {"La galerie ne peut pas répondre pour le moment",
      "Quelque chose dont elle a besoin est absent ou trop lent. La modification en cours a pu prendre effet : "
      "regardez avant de réessayer."}},
    {{Code::busy, "busy", 503},
     {"The server is busy",
      "There is more to do at this moment than it takes at once. Nothing was changed. Try again in a moment."},
     {"Le serveur est occupé",
      "Il y a en ce moment plus à faire qu’il n’en accepte à la fois. Rien n’a été modifié. Réessayez dans un "
      "instant."}},
    {{Code::too_many_connections, "too-many-connections", 503},
     {"The server has too many connections", "Try again in a moment."},
     {"Le serveur a trop de connexions", "Réessayez dans un instant."}},
    {{Code::stores_away, "stores-away", 503},
     {"A store of the gallery does not answer",
      "The place where photos or their index are kept cannot be reached at the moment. Nothing is lost. Try again "
      "soon; whoever runs the server sees under /readyz what is missing."},
     {"Un stockage de la galerie ne répond pas",
      "L’endroit où sont gardées les photos ou leur index est injoignable pour le moment. Rien n’est perdu. Réessayez "
      "bientôt ; l’administrateur du serveur voit sous /readyz ce qui manque."}},
    {{Code::index_incomplete, "index-incomplete", 503},
     {"The index is being rebuilt",
      "The gallery reads its photos’ records anew, and answers when it knows all of them. Nothing is lost. Try again "
      "in a while."},
     {"L’index est en reconstruction",
      "La galerie relit les fiches de ses photos, et répondra quand elle les connaîtra toutes. Rien n’est perdu. "
      "Réessayez dans un moment."}},
    {{Code::change_uncertain, "change-uncertain", 503},
     {"The change could not be confirmed", "It may yet take effect. Look again in a moment before you repeat it."},
     {"La modification n’a pas pu être confirmée",
      "Elle peut encore prendre effet. Regardez à nouveau dans un instant avant de la répéter."}},
    {{Code::decoder_interrupted, "decoder-interrupted", 503},
     {"Reading the picture was interrupted",
      "It was broken off from outside, most probably because the server ran short of memory. Nothing is wrong with the "
      "file. Try again."},
     {"La lecture de l’image a été interrompue",
      "Elle a été arrêtée de l’extérieur, très probablement parce que le serveur manquait de mémoire. Le fichier n’est "
      "pas en cause. Réessayez."}},
    {{Code::decoder_unavailable, "decoder-unavailable", 503},
     {"Pictures cannot be read on this server at the moment",
      "The program that reads pictures cannot be started, or cannot be locked in. Whoever runs the server finds the "
      "reason in its log."},
     {"Les images ne peuvent pas être lues sur ce serveur pour le moment",
      "Le programme qui lit les images ne peut pas être démarré, ou ne peut pas être isolé. L’administrateur du "
      "serveur en trouve la raison dans le journal."}},
    {{Code::picture_in_the_making, "picture-in-the-making", 503},
     {"The picture is being made again",
      "Its copy for the screen was missing and is being made from the original. Try again in a moment."},
     {"L’image est en cours de fabrication",
      "Sa copie pour l’écran manquait et est refaite à partir de l’original. Réessayez dans un instant."}},
    {{Code::archive_in_the_making, "archive-in-the-making", 503},
     {"The archive is not ready yet",
      "Photos that were sent to an earlier release have to be read once before they can be put into an archive. What "
      "was "
      "read is kept. Ask again in a moment, until it is done."},
     {"L’archive n’est pas encore prête",
      "Les photos envoyées à une version antérieure doivent être lues une fois avant d’entrer dans une archive. Ce qui "
      "a été lu est gardé. Redemandez dans un instant, jusqu’à ce que ce soit fait."}},
    {{Code::search_in_the_making, "search-in-the-making", 503},
     {"Search is not ready yet",
      "What search looks through is being made from the library. All else works meanwhile. Ask again in a moment."},
     {"La recherche n’est pas encore prête",
      "Ce que parcourt la recherche est en train d’être fait à partir de la bibliothèque. Tout le reste fonctionne "
      "entre-temps. Redemandez dans un instant."}},
    {{Code::http_version, "http-version", 505},
     {"This version of HTTP is not spoken here", "Use HTTP/1.1."},
     {"Cette version de HTTP n’est pas parlée ici", "Utilisez HTTP/1.1."}},
    {{Code::no_space, "no-space", 507},
     {"There is no space left", "Nothing can be added until there is room again. Deleting photos for good makes room."},
     {"Il n’y a plus de place",
      "Rien ne peut être ajouté tant qu’il n’y a pas de place. Supprimer des photos définitivement en libère."}},
};

/// entry_of() finds a code at its number.
constexpr bool in_order() {
    for (std::size_t i = 0; i < std::size(kTable); ++i)
        if (static_cast<std::size_t>(kTable[i].code) != i) return false;
    return true;
}
static_assert(in_order() && std::size(kTable) == static_cast<std::size_t>(Code::no_space) + 1);

}  // namespace

std::span<const CodeEntry> codes_table() { return kTable; }

const CodeEntry& entry_of(Code code) { return kTable[static_cast<std::size_t>(code)]; }

std::optional<Code> parse_code(std::string_view name) {
    for (const auto& entry : kTable)
        if (entry.name == name) return entry.code;
    return std::nullopt;
}

std::string address_of(Code code) { return "/problems/" + std::string(name_of(code)); }

std::string codes_reference() {
    std::string page =
        "# Problems\n\nWhat the server says when it refuses or fails, with the `type` `/problems/<code>`. A code never "
        "changes and never vanishes; the\nserver explains each in English and French at that address (`Accept: "
        "application/json` gives it as JSON). What a photo's\n`failure` says is one of these codes, too. This page is "
        "made from the table in `src/base/codes.cc`:\n`build/cadre config --problems > docs/reference/problems.md`.\n\n"
        "| code | status | what it is | what happened, what to do |\n|---|---|---|---|\n";
    for (const auto& entry : kTable) {
        const std::string_view cells[] = {entry.en.title, entry.en.text};
        page.append("| `").append(entry.name).append("` | ").append(std::to_string(entry.status));
        for (const auto cell : cells) page.append(" | ").append(cell);
        page.append(" |\n");
    }
    page.append(
        "\n## What is wrong with a field\n\nWhere fields are wrong, `errors` names each with a `code` of these, its "
        "sentence (`detail`) and, where the sentence leaves\nsomething open, with `params`: a number, a text, or the "
        "texts to choose from. These codes never change or vanish either. The\ntable is in "
        "`src/base/field_codes.cc`; `/problems/invalid-fields` lists them in English and French.\n\n"
        "| code | what is wrong |\n|---|---|\n");
    for (const auto& entry : field_codes_table())
        page.append("| `").append(entry.name).append("` | ").append(entry.en).append(" |\n");
    return page;
}

}  // namespace cadre
