// Who comes by the link of a share: the key in the scope "share:<key>", and the cookie that unlocking it gave.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/call.h"

namespace cadre::api {

struct ShareVisit {
    std::string key;
    std::string cookie;  // "" where there is none
};

/// Nothing where the scope is none of a share.
[[nodiscard]] std::optional<ShareVisit> visit_of(const http::Request& request, std::string_view scope);

/// Makes the call's viewer, whoever they are, the visitor of the share that the scope names; others stay who they are.
/// Errors: not_found, unauthenticated while it is locked.
Task<void> visit_scope(Call& call, std::string scope);
/// The same of the query's `scope`.
Task<void> visit_asked(Call& call);

}  // namespace cadre::api
