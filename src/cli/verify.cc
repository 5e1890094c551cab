#include <fmt/format.h>

#include "cli/blocking.h"
#include "cli/command.h"
#include "cli/library.h"

namespace cadre::cli {
namespace {

int verify(const Invocation& invocation) {
    if (auto there = require_blobs(invocation.settings); !there) return report(there.error());
    Loop loop;
    auto library = Library::open(invocation.settings, Access::guest);
    if (!library) return report(library.error());
    const gallery::VerifyOptions options{.hashes = !invocation.has("--quick")};
    const auto print = [](const gallery::Finding& finding) {
        fmt::print("{}: {}: {}\n", gallery::name_of(finding.kind), finding.key, finding.detail);
    };
    const auto findings = loop.wait_for(gallery::verify((*library)->gallery(), options, print));
    if (!findings) return report(findings.error());
    if (*findings == 0) {
        fmt::print("Everything is there and as it should be.\n");
        return kDone;
    }
    fmt::print("{} {}.\n", *findings, *findings == 1 ? "thing is wrong" : "things are wrong");
    return kFailed;
}

}  // namespace

Command verify_command() {
    return {
        {"verify",
         "",
         "Prints what is damaged, missing or superfluous; exits 1 if anything is.",
         {{"--quick", "",
           "Reads facts and listings only: no originals to compare their hashes, no word on missing derivatives."}}},
        verify};
}

}  // namespace cadre::cli
