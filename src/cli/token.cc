#include <fmt/format.h>

#include "cli/blocking.h"
#include "cli/command.h"
#include "cli/library.h"
#include "gallery/accounts.h"

namespace cadre::cli {
namespace {

int create(const Invocation& invocation) {
    const auto user = invocation.option("--user");
    if (!user) return wrong_usage("token create", "Say whose token it is: --user NAME.");
    const auto scope = gallery::parse_token_scope(invocation.option("--scope").value_or("all"));
    if (!scope) return wrong_usage("token create", "A scope is “read”, “upload” or “all”.");
    Loop loop;
    auto library = open_beside_server(loop, invocation.settings);
    if (!library) return report(library.error());
    auto& accounts = (*library)->gallery().accounts();
    const auto token = loop.wait_for(
        accounts.add_token_for(*user, invocation.option("--name").value_or("cadre token create"), *scope));
    if (!token) return report(token.error());
    fmt::print("{}\n", token->secret);
    return kDone;
}

}  // namespace

Command token_create_command() {
    return {{"token create",
             "",
             "Makes an API token and prints it, and nothing else. Works while a server runs.",
             {{"--user", "NAME", "Whose token it is."},
              {"--name", "TEXT", "What it is for, as its owner sees it in the list of tokens."},
              {"--scope", "read|upload|all", "What it may do; all that its owner may unless said otherwise."}}},
            create};
}

}  // namespace cadre::cli
