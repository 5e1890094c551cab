// `cadre copy`: a library from one shape to another. The settings name the target, as they do for every command.
#include "gallery/copy.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/log.h"
#include "cli/blocking.h"
#include "cli/command.h"
#include "cli/library.h"

namespace cadre::cli {
namespace {

constexpr std::size_t kCopyThreads = 8;
constexpr std::size_t kCopyCalls = 2048;

/// Where the source's objects are read; its keys are those of the target unless others are given.
Settings settings_of_source(const Settings& settings) {
    Settings source = settings;
    if (!settings.from_s3_access_key.empty()) source.s3_access_key = settings.from_s3_access_key;
    if (!settings.from_s3_secret_key.empty()) source.s3_secret_key = settings.from_s3_secret_key;
    return source;
}

Result<void> check_places(const std::string& from, const std::string& to) {
    if (!from.starts_with(kFiles)) {
        if (from == to) return fail(ErrorKind::invalid, "The source and the target are the same store.");
        return {};
    }
    const std::filesystem::path folder = from.substr(kFiles.size());
    std::error_code error;
    if (!std::filesystem::is_directory(folder, error))
        return fail(ErrorKind::not_found, fmt::format("There is no folder {}.", folder.string()));
    if (to.starts_with(kFiles) && std::filesystem::equivalent(folder, to.substr(kFiles.size()), error))
        return fail(ErrorKind::invalid, "The source and the target are the same folder.");
    return {};
}

std::string sentence(const gallery::CopyReport& copied) {
    return fmt::format("{} records, {} objects copied ({:.1f} MB), {} were there already", copied.records,
                       copied.copied, static_cast<double>(copied.bytes) / 1e6, copied.there);
}

Result<gallery::CopyReport> copy_blobs(Loop& loop, Library& target, blobs::Store& source, Pool& pool,
                                       const Invocation& invocation) {
    gallery::CopyOptions options;
    options.media = !invocation.has("--without-media");
    options.compare = !invocation.has("--quick");
    options.scratch = invocation.settings.scratch;
    const auto progress = [](const gallery::CopyReport& so_far) {
        log::info("copying", {{"records", so_far.records},
                              {"objects", so_far.copied},
                              {"bytes", so_far.bytes},
                              {"there", so_far.there}});
    };
    const auto print = [](const gallery::Finding& finding) {
        fmt::print("{}: {}: {}\n", gallery::name_of(finding.kind), finding.key, finding.detail);
    };
    return loop.wait_for(
        gallery::copy(source, target.gallery().stores().blobs, pool, std::move(options), progress, print));
}

Result<int> copy_from(const std::string& from, const Invocation& invocation) {
    const auto& settings = invocation.settings;
    CHECK_RESULT(check_places(from, settings.blobs));
    Loop loop;
    Pool pool(kCopyThreads, kCopyCalls);
    const SystemClock clock;
    TRY(const auto source, open_blobs(from, settings_of_source(settings), clock, pool));
    TRY(const auto anything, loop.wait_for(source->list("", "", 1)));
    if (anything.items.empty()) return fail(ErrorKind::not_found, fmt::format("There is no library in {}.", from));
    TRY(const auto target, Library::open(settings, Access::owner));
    TRY(const auto copied, copy_blobs(loop, *target, *source, pool, invocation));
    fmt::print("{}.\n", sentence(copied));
    if (copied.records == 0) return fail(ErrorKind::not_found, fmt::format("There is no library in {}.", from));
    TRY(const auto rebuilt, loop.wait_for(target->rebuild()));
    fmt::print("The catalog is rebuilt: {} records, {} entries mended.\n", rebuilt.records, rebuilt.mended);
    for (const auto& damaged : rebuilt.damaged) fmt::print("damaged: {}\n", damaged);
    pool.stop();
    if (copied.findings > 0)
        fmt::print("{} {}.\n", copied.findings, copied.findings == 1 ? "thing is wrong" : "things are wrong");
    return copied.findings == 0 && rebuilt.unreadable == 0 ? kDone : kFailed;
}

int copy(const Invocation& invocation) {
    const auto from = invocation.option("--from-blobs");
    if (!from || from->find(':') == std::string::npos)
        return wrong_usage("copy", "--from-blobs names the source: files:FOLDER or s3://….");
    const auto code = copy_from(*from, invocation);
    if (code) return *code;
    const int failed = report(code.error());
    if (code.error().kind == ErrorKind::unavailable || code.error().kind == ErrorKind::no_space)
        complain("What was copied stays; the same command goes on where this one ended.");
    return code.error().kind == ErrorKind::invalid ? static_cast<int>(kWrongUsage) : failed;
}

}  // namespace

Command copy_command() {
    return {{"copy",
             "",
             "Copies a library here from another store, compares every byte, and builds the catalog; goes on where it "
             "was broken off.",
             {{"--from-blobs", "URL", "The source: files:FOLDER or s3://…, as --blobs takes it."},
              {"--without-media", "", "Leaves derivatives out; they are made again when they are asked for."},
              {"--quick", "", "Believes sizes: what was put, or was there, is not read again."}}},
            copy};
}

}  // namespace cadre::cli
