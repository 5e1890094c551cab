#include "api/language.h"

#include "http/negotiate.h"

namespace cadre::api {

Language preferred_language(const http::Request& request) {
    const auto field = request.headers.joined("Accept-Language").value_or("");
    const bool french = http::weight_given(field, "fr").value_or(0) > http::weight_given(field, "en").value_or(0);
    return french ? Language::fr : Language::en;
}

}  // namespace cadre::api
