// Every photograph in the folder that CADRE_PHOTOS names goes the whole way through the real decoders.
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/testing.h"
#include "media/testing.h"
#include "media/webp.h"

namespace cadre::media {
namespace {

namespace fs = std::filesystem;
using test::run;

struct Counts {
    int ready = 0;
    int refused = 0;
    int failed = 0;
};

std::vector<fs::path> files_under(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

void expect_right(const Probe& probe, const Derived& derived) {
    EXPECT_EQ(derived.width, probe.width);
    EXPECT_EQ(derived.height, probe.height);
    ASSERT_EQ(derived.variants.size(), std::size(kVariantSizes));
    for (std::size_t i = 0; i < derived.variants.size(); ++i) {
        const auto& variant = derived.variants[i];
        EXPECT_EQ(variant.name, kVariantSizes[i].name);
        EXPECT_LE(std::max(variant.width, variant.height), kVariantSizes[i].longest_edge);
        const auto size = check_derivative(variant.file.get(), variant.width, variant.height);
        ASSERT_TRUE(size) << size.error().detail;
        EXPECT_EQ(*size, variant.size);
    }
}

TEST(Photos, EachBecomesAPhotoOrIsRefusedWithASentenceAndTheServerGoesOn) {
    const char* const folder = std::getenv("CADRE_PHOTOS");
    if (folder == nullptr) GTEST_SKIP() << "CADRE_PHOTOS names no folder of real photographs";

    const auto decoders = make_sandboxed_decoders(testing::real_decoders());
    std::map<std::string, Counts> table;
    for (const auto& path : files_under(folder)) {
        const auto name = path.lexically_relative(folder);
        if (name.extension() == ".md") continue;
        SCOPED_TRACE(name.string());
        Counts& counts = table[name.begin()->string()];
        const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
        const auto probe = run(decoders->probe(file.get(), {}, "owner"));
        if (!probe) {
            ++counts.refused;
            EXPECT_TRUE(probe.error().kind == ErrorKind::unsupported || probe.error().kind == ErrorKind::unprocessable);
            EXPECT_TRUE(probe.error().message.ends_with('.')) << probe.error().message;
            fmt::print("refused {}: {} [{}]\n", name.string(), probe.error().message, probe.error().detail);
            continue;
        }
        const auto derived = run(decoders->derive(file.get(), {}, "owner"));
        if (!derived) {
            ++counts.failed;
            EXPECT_EQ(derived.error().kind, ErrorKind::unprocessable) << derived.error().detail;
            fmt::print("failed {}: {} [{}]\n", name.string(), derived.error().message, derived.error().detail);
            continue;
        }
        ++counts.ready;
        expect_right(*probe, *derived);
        if (*name.begin() == "orientation") {
            const bool landscape = name.filename().string().starts_with("Landscape");
            EXPECT_EQ(probe->width > probe->height, landscape);
        }
    }
    fmt::print("{:12} {:>6} {:>8} {:>7}\n", "", "ready", "refused", "failed");
    for (const auto& [name, counts] : table) {
        fmt::print("{:12} {:6} {:8} {:7}\n", name, counts.ready, counts.refused, counts.failed);
    }
    EXPECT_EQ(table["landscapes"].refused + table["landscapes"].failed, 0);
    EXPECT_EQ(table["orientation"].refused + table["orientation"].failed, 0);
}

}  // namespace
}  // namespace cadre::media
