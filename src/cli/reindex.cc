#include <fmt/format.h>

#include "cli/blocking.h"
#include "cli/command.h"
#include "cli/library.h"

namespace cadre::cli {
namespace {

int reindex(const Invocation& invocation) {
    if (auto there = require_blobs(invocation.settings); !there) return report(there.error());
    Loop loop;
    auto library = Library::open(invocation.settings, Access::owner);
    if (!library) return report(library.error());
    auto rebuilt = loop.wait_for((*library)->rebuild());
    if (!rebuilt) return report(rebuilt.error());
    fmt::print("{} records found, {} entries mended.\n", rebuilt->records, rebuilt->mended);
    for (const auto& damaged : rebuilt->damaged) fmt::print("damaged: {}\n", damaged);
    return rebuilt->damaged.empty() ? kDone : kFailed;
}

}  // namespace

Command reindex_command() {
    return {{"reindex", "", "Builds the whole catalog again from the photographs and their facts.", {}}, reindex};
}

}  // namespace cadre::cli
