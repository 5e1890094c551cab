// `cadre export`: the photographs, and what people said about them, as files that need no Cadre.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/log.h"
#include "catalog/families.h"
#include "cli/blocking.h"
#include "cli/command.h"
#include "cli/export/exporter.h"
#include "cli/export/site.h"
#include "cli/library.h"
#include "gallery/accounts.h"

namespace cadre::cli {
namespace {

constexpr std::size_t kExportThreads = 4;
constexpr std::size_t kExportCalls = 64;
constexpr std::chrono::seconds kWordEvery{10};

/// Who is exported, and into which folder of the target.
struct Part {
    Id person;
    std::string name, folder;
};

bool lies_in(const std::filesystem::path& path, const std::filesystem::path& folder) {
    std::error_code error;
    const auto way = std::filesystem::weakly_canonical(path, error)
                         .lexically_relative(std::filesystem::weakly_canonical(folder, error));
    return !error && !way.empty() && *way.begin() != "..";
}

constexpr std::string_view kDate = "date", kAlbum = "album";

/// Where to, and by what.
Result<std::filesystem::path> read_target(const Invocation& invocation) {
    const auto to = invocation.option("--to");
    if (!to || to->empty()) return fail(ErrorKind::invalid, "Say where: --to FOLDER.");
    const auto& blobs = invocation.settings.blobs;
    if (blobs.starts_with(kFiles) && lies_in(*to, blobs.substr(kFiles.size())))
        return fail(ErrorKind::invalid, "--to is in the folder of the library itself; name another one.");
    const auto by = invocation.option("--by").value_or(std::string(kDate));
    if (by != kDate && by != kAlbum) return fail(ErrorKind::invalid, "--by is “date” or “album”.");
    return std::filesystem::path(*to);
}

/// All, in a folder each if there are several; or the one that is named.
Result<std::vector<Part>> parts_of(Loop& loop, gallery::Gallery& gallery, const std::optional<std::string>& wanted) {
    TRY(const auto users, loop.wait_for(gallery.accounts().users()));
    std::vector<Part> parts;
    NamesGiven names;
    for (const auto& user : users) {
        if (wanted && catalog::fold_name(user.name) != catalog::fold_name(*wanted)) continue;
        if (wanted || users.size() == 1) return std::vector<Part>{{user.id, user.name, ""}};
        const auto name = folder_name_of(user.name);
        std::uint32_t n = 1;
        while (!names.is_free("", nth_name(name, n))) ++n;
        names.give("", nth_name(name, n));
        parts.push_back({user.id, user.name, nth_name(name, n)});
    }
    if (wanted) return fail(ErrorKind::not_found, fmt::format("There is no user “{}”.", *wanted));
    return parts;
}

/// The album that is meant, with all that are nested in it; nothing if none is named.
Result<std::optional<std::set<Id>>> albums_of(Loop& loop, gallery::Gallery& gallery, const std::vector<Part>& parts,
                                              const std::optional<std::string>& wanted) {
    if (!wanted) return std::optional<std::set<Id>>();
    AlbumTree tree(gallery.stores().catalog);
    std::set<Id> found;
    for (const auto& part : parts) {
        TRY(const auto named, loop.wait_for(tree.named(part.person, *wanted)));
        found.insert(named.begin(), named.end());
    }
    if (found.empty()) return fail(ErrorKind::not_found, fmt::format("There is no album “{}”.", *wanted));
    if (found.size() == 1) {
        TRY(auto all, loop.wait_for(tree.with_nested(*found.begin())));
        return std::optional(std::move(all));
    }
    std::string ways;
    for (const auto& id : found) ways += fmt::format("\n  {}  {}", id.text(), fmt::join(tree.at(id)->titles, " / "));
    return fail(ErrorKind::conflict,
                fmt::format("Several albums are called “{}”; name one by its id:{}", *wanted, ways));
}

void print(const ExportReport& report) {
    fmt::print("{} photos: {} originals written ({:.1f} MB), {} were there already", report.photos, report.written,
               static_cast<double>(report.bytes) / 1e6, report.there);
    if (report.sidecars > 0) fmt::print(", {} sidecars written", report.sidecars);
    fmt::print(".\n");
    if (report.findings > 0)
        fmt::print("{} {}.\n", report.findings, report.findings == 1 ? "thing is wrong" : "things are wrong");
}

/// Says in the log how far it is, now and then.
std::function<void(const ExportReport&)> word_of_progress(const Clock& clock) {
    return [&clock, last = clock.monotonic()](const ExportReport& report) mutable {
        if (clock.monotonic() - last < kWordEvery) return;
        last = clock.monotonic();
        log::info("exporting", {{"photos", report.photos}, {"bytes", report.bytes}, {"there", report.there}});
    };
}

Result<int> export_to(const std::filesystem::path& folder, const Invocation& invocation) {
    CHECK_RESULT(require_blobs(invocation.settings));
    Loop loop;
    TRY(const auto library, open_beside_server(loop, invocation.settings));
    TRY(const auto parts, parts_of(loop, library->gallery(), invocation.option("--user")));
    ExportOptions options;
    options.sidecars = invocation.has("--sidecars");
    options.trash = invocation.has("--trash");
    TRY(options.albums, albums_of(loop, library->gallery(), parts, invocation.option("--album")));
    options.by_album = invocation.option("--by").value_or(std::string(options.albums ? kAlbum : kDate)) == kAlbum;
    TRY(auto target, Target::open(folder));
    Pool pool(kExportThreads, kExportCalls);
    const auto say = [](const gallery::Finding& finding) {
        fmt::print("{}: {}: {}\n", gallery::name_of(finding.kind), finding.key, finding.detail);
    };
    Exporter exporter(library->gallery(), target, pool, options, say, word_of_progress(library->clock()));
    Site site(library->gallery(), target, pool);
    for (const auto& part : parts) {
        CHECK_RESULT(loop.wait_for(exporter.person(part.person, part.folder)));
        if (invocation.has("--site"))
            CHECK_RESULT(loop.wait_for(site.person(part.person, part.name, part.folder, options.albums)));
    }
    pool.stop();
    print(exporter.report());
    if (site.left_out() > 0)
        fmt::print("note: {} photos of which there are no pictures yet are not in the site.\n", site.left_out());
    return exporter.report().findings == 0 ? kDone : kFailed;
}

int export_photos(const Invocation& invocation) {
    const auto folder = read_target(invocation);
    if (!folder) return wrong_usage("export", folder.error().message);
    const auto code = export_to(*folder, invocation);
    if (code) return *code;
    const int failed = report(code.error());
    if (code.error().kind == ErrorKind::unavailable || code.error().kind == ErrorKind::no_space)
        complain("What was written stays; the same command goes on where this one ended.");
    return failed;
}

}  // namespace

Command export_command() {
    return {
        {"export",
         "",
         "Writes the photographs into folders, each as it was sent; goes on where it was broken off.",
         {{"--to", "FOLDER", "Where to; it is made if it is not there."},
          {"--user", "NAME", "One person's photos; without it everybody's, in a folder each."},
          {"--by", "date|album",
           "The folders: by date unless said otherwise; by album, what stands in none is by date."},
          {"--album", "TITLE|ID", "Only what stands in this album and those in it; by album unless said otherwise."},
          {"--sidecars", "", "Writes what people said about a photo into an XMP file beside it."},
          {"--site", "", "Also a gallery of pages that a browser opens from the folder, in “site”."},
          {"--trash", "", "Also what is in the trash, in a folder of its own."}}},
        export_photos};
}

}  // namespace cadre::cli
