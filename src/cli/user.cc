#include <fmt/format.h>

#include "cli/blocking.h"
#include "cli/command.h"
#include "cli/library.h"
#include "cli/password.h"
#include "gallery/accounts.h"

namespace cadre::cli {
namespace {

int add(const Invocation& invocation) {
    if (invocation.operands.size() != 1) return wrong_usage("user add", "Give one name.");
    const auto role = gallery::parse_role(invocation.option("--role").value_or("member"));
    if (!role) return wrong_usage("user add", "A role is “admin” or “member”.");
    auto password = read_password(invocation);
    if (!password) return wrong_usage("user add", password.error().message);
    Loop loop;
    auto library = open_beside_server(loop, invocation.settings);
    if (!library) return report(library.error());
    auto& accounts = (*library)->gallery().accounts();
    const auto user = loop.wait_for(accounts.add_user(invocation.operands[0], *role, std::move(*password)));
    if (!user) return report(user.error());
    fmt::print("{} can log in now.\n", user->name);
    return kDone;
}

int set_password(const Invocation& invocation) {
    if (invocation.operands.size() != 1) return wrong_usage("user password", "Give one name.");
    const auto wish = invocation.option("--tokens").value_or("keep");
    if (wish != "keep" && wish != "revoke") return wrong_usage("user password", "--tokens is “keep” or “revoke”.");
    auto password = read_password(invocation);
    if (!password) return wrong_usage("user password", password.error().message);
    Loop loop;
    auto library = open_beside_server(loop, invocation.settings);
    if (!library) return report(library.error());
    auto& accounts = (*library)->gallery().accounts();
    const auto tokens = wish == "keep" ? gallery::Tokens::keep : gallery::Tokens::revoke;
    const auto user = loop.wait_for(accounts.set_password(invocation.operands[0], std::move(*password), tokens));
    if (!user) return report(user.error());
    const auto kept = loop.wait_for(accounts.tokens(user->id));
    if (!kept) return report(kept.error());
    fmt::print("{} has a new password.", user->name);
    if (!kept->empty()) fmt::print(" {} of their tokens stay; --tokens revoke ends them.", kept->size());
    fmt::print("\n");
    return kDone;
}

}  // namespace

Command user_add_command() {
    return {{"user add",
             "NAME",
             "Adds somebody who can log in. Works while a server runs.",
             {{"--role", "admin|member", "What they may do; member unless said otherwise."}, password_option()}},
            add};
}

Command user_password_command() {
    return {{"user password",
             "NAME",
             "Gives somebody a new password and ends their sessions. Works while a server runs.",
             {password_option(),
              {"--tokens", "keep|revoke", "What becomes of their tokens; they stay unless said otherwise."}}},
            set_password};
}

}  // namespace cadre::cli
