// The real cadre-decode, driven as the server drives it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "base/testing.h"
#include "media/testing.h"
#include "media/webp.h"

namespace cadre::media {
namespace {

using test::run;
using testing::children;
using testing::file_of;
using testing::real_decoders;

/// An uncompressed 24-bit TIFF of one strip (TIFF 6.0, baseline RGB).
std::string tiff(std::uint16_t width, std::uint16_t height) {
    std::string bytes = {'I', 'I', 42, 0, 8, 0, 0, 0, 9, 0};
    const auto little = [&](std::uint32_t value, int count) {
        for (int i = 0; i < count; ++i) bytes += static_cast<char>(value >> (8 * i));
    };
    const auto entry = [&](std::uint32_t tag, std::uint32_t type, std::uint32_t count, std::uint32_t value) {
        little(tag, 2), little(type, 2), little(count, 4), little(value, 4);
    };
    constexpr std::uint32_t kData = 10 + 9 * 12 + 4 + 6;
    const std::uint32_t size = std::uint32_t{width} * height * 3;
    entry(256, 3, 1, width);
    entry(257, 3, 1, height);
    entry(258, 3, 3, kData - 6);
    entry(259, 3, 1, 1);
    entry(262, 3, 1, 2);
    entry(273, 4, 1, kData);
    entry(277, 3, 1, 3);
    entry(278, 3, 1, height);
    entry(279, 4, 1, size);
    little(0, 4);
    for (int i = 0; i < 3; ++i) little(8, 2);
    return bytes.append(size, '\x5a');
}

std::string contents(const std::string& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

TEST(Sandboxed, ProbesAndDerivesAPicture) {
    const auto decoders = make_sandboxed_decoders(real_decoders());
    const auto file = file_of(tiff(3000, 1500));
    const auto probe = run(decoders->probe(file.get(), {}, "owner"));
    ASSERT_TRUE(probe) << probe.error().detail;
    EXPECT_EQ(probe->format, "tiff");
    EXPECT_EQ(probe->content_type, "image/tiff");
    EXPECT_EQ(probe->width, 3000);
    EXPECT_EQ(probe->height, 1500);

    const auto derived = run(decoders->derive(file.get(), {}, "owner"));
    ASSERT_TRUE(derived) << derived.error().detail;
    constexpr int kWidths[] = {320, 640, 1280, 2560};
    for (std::size_t i = 0; i < 4; ++i) {
        const auto& variant = derived->variants[i];
        EXPECT_EQ(variant.width, kWidths[i]);
        EXPECT_EQ(variant.height, kWidths[i] / 2);
        EXPECT_TRUE(check_derivative(variant.file.get(), variant.width, variant.height));
        EXPECT_LT(::write(variant.file.get(), "X", 1), 0) << "a derivative can still be changed";
    }
    EXPECT_EQ(::lseek(file.get(), 0, SEEK_CUR), ::lseek(file.get(), 0, SEEK_END)) << "the offset was moved";
}

TEST(Sandboxed, AllFourVariantsOfASmallPhotoAreItsOwnSize) {
    const auto decoders = make_sandboxed_decoders(real_decoders());
    for (const auto& [width, height] : {std::pair{10, 7}, {1, 1}, {4000, 1}}) {
        const auto file = file_of(tiff(static_cast<std::uint16_t>(width), static_cast<std::uint16_t>(height)));
        const auto derived = run(decoders->derive(file.get(), {}, "owner"));
        ASSERT_TRUE(derived) << derived.error().detail;
        EXPECT_EQ(derived->variants.size(), 4U);
        EXPECT_EQ(derived->variants[0].height, height);
        EXPECT_EQ(derived->variants[3].width, std::min(width, 2560));
    }
}

TEST(Sandboxed, WhatIsNoPictureIsUnsupported) {
    const auto decoders = make_sandboxed_decoders(real_decoders());
    for (const std::string bytes : {"", "x", "hello, I am a text", "<svg xmlns='http://www.w3.org/2000/svg'/>",
                                    "%PDF-1.7", "P6 1 1 255 abc", "BM123456789012345678", "\x89PNG"}) {
        const auto file = file_of(bytes);
        const auto probe = run(decoders->probe(file.get(), {}, "owner"));
        ASSERT_FALSE(probe) << bytes;
        EXPECT_EQ(probe.error().kind, ErrorKind::unsupported) << bytes;
    }
}

TEST(Sandboxed, TooManyPixelsAreRefusedFromTheHeader) {
    const auto decoders = make_sandboxed_decoders(real_decoders());
    Limits limits;
    limits.max_pixels = 1'000'000;
    const auto file = file_of(tiff(2000, 501));
    for (const auto& error : {run(decoders->probe(file.get(), limits, "owner")).error(),
                              run(decoders->derive(file.get(), limits, "owner")).error()}) {
        EXPECT_EQ(error.kind, ErrorKind::unprocessable);
        EXPECT_NE(error.message.find("2000 × 501"), std::string::npos) << error.message;
    }
}

TEST(Sandboxed, ACutFileIsRefusedWhereverItIsCutAndNeverKillsItsDecoder) {
    const auto decoders = make_sandboxed_decoders(real_decoders());
    const std::string whole = tiff(60, 40);
    for (std::size_t length = 0; length < whole.size(); length += length < 150 ? 13 : 997) {
        const auto file = file_of(whole.substr(0, length));
        const auto derived = run(decoders->derive(file.get(), {}, "owner"));
        ASSERT_FALSE(derived) << length;
        EXPECT_EQ(derived.error().detail.find("ended"), std::string::npos) << length << derived.error().detail;
    }
}

TEST(Sandboxed, ADecoderHasNoPrivilegesAndHardLimits) {
    const auto decoders = make_sandboxed_decoders(real_decoders());
    const auto file = file_of(tiff(10, 10));
    ASSERT_TRUE(run(decoders->probe(file.get(), {}, "owner")));
    ASSERT_EQ(children().size(), 1U);
    const auto folder = fmt::format("/proc/{}", children().front());
    const std::string status = contents(folder + "/status");
    EXPECT_NE(status.find("Seccomp:\t2\n"), std::string::npos) << status;
    EXPECT_NE(status.find("NoNewPrivs:\t1\n"), std::string::npos) << status;
    if (::geteuid() == 0) {
        EXPECT_NE(status.find("Uid:\t65534\t65534\t65534\t65534\n"), std::string::npos) << status;
        EXPECT_NE(status.find("CapEff:\t0000000000000000\n"), std::string::npos) << status;
        EXPECT_NE(status.find("Groups:\t \n"), std::string::npos) << status;
    }
    const std::string limits = contents(folder + "/limits");
    EXPECT_NE(limits.find("Max core file size        0 "), std::string::npos) << limits;
    EXPECT_NE(limits.find("Max address space         2147483648 "), std::string::npos) << limits;
    EXPECT_NE(limits.find("Max file size             67108864 "), std::string::npos) << limits;
    const auto threads = limits.substr(limits.find("Max processes") + 26, 20);
    EXPECT_LT(std::stoul(threads), std::size_t{1} << 22) << limits;  // "unlimited" is no number
    // Its socket and the three that lead nowhere: nothing of the server's.
    std::size_t descriptors = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder + "/fd")) {
        ++descriptors;
        const std::string to = std::filesystem::read_symlink(entry.path()).string();
        EXPECT_TRUE(to == "/dev/null" || to.starts_with("socket:")) << to;
    }
    EXPECT_EQ(descriptors, 4U);
}

TEST(Sandboxed, NothingInADecoderIsCodeAndCanBeWritten) {
    const auto decoders = make_sandboxed_decoders(real_decoders());
    const auto file = file_of(tiff(3000, 1500));
    ASSERT_TRUE(run(decoders->derive(file.get(), {}, "owner")));
    ASSERT_EQ(children().size(), 1U);
    std::istringstream maps(contents(fmt::format("/proc/{}/maps", children().front())));
    for (std::string line; std::getline(maps, line);) EXPECT_EQ(line.find(" rwx"), std::string::npos) << line;
}

TEST(Sandboxed, KillingADecoderInTheMiddleCostsOnePhoto) {
    const auto decoders = make_sandboxed_decoders(real_decoders());
    const auto large = file_of(tiff(9000, 6000));
    asio::io_context io;
    std::optional<Result<Derived>> hit;
    asio::co_spawn(io, decoders->derive(large.get(), {}, "owner"),
                   [&](const std::exception_ptr&, Result<Derived> result) { hit.emplace(std::move(result)); });
    while (children().empty()) io.poll();
    ::kill(children().front(), SIGKILL);
    io.run();
    ASSERT_TRUE(hit && !*hit);
    EXPECT_EQ(hit->error().kind, ErrorKind::unavailable) << "that is no fault of the photo";
    EXPECT_NE(hit->error().detail.find("signal 9"), std::string::npos) << hit->error().detail;

    const auto small = file_of(tiff(10, 10));
    EXPECT_TRUE(run(decoders->derive(small.get(), {}, "owner")));
}

TEST(Sandboxed, APictureThatTakesTooLongIsGivenUp) {
    const auto decoders = make_sandboxed_decoders(real_decoders());
    const auto file = file_of(tiff(9000, 6000));
    Limits limits;
    limits.wall = std::chrono::seconds(0);
    const auto derived = run(decoders->derive(file.get(), limits, "owner"));
    ASSERT_FALSE(derived);
    EXPECT_EQ(derived.error().kind, ErrorKind::unprocessable);
    EXPECT_NE(derived.error().message.find("longer"), std::string::npos);
    EXPECT_TRUE(children().empty());
}

TEST(Sandboxed, ADecoderIsReplacedWhenTheOwnerChangesAndAfterSoManyPhotos) {
    Options options = real_decoders();
    options.photos_per_worker = 3;
    const auto decoders = make_sandboxed_decoders(options);
    const auto file = file_of(tiff(10, 10));
    const auto pid_after = [&](const char* owner) {
        EXPECT_TRUE(run(decoders->derive(file.get(), {}, owner)));
        return children().empty() ? 0 : children().front();
    };
    const pid_t first = pid_after("a");
    EXPECT_EQ(pid_after("a"), first);
    const pid_t second = pid_after("b");
    EXPECT_NE(second, first);
    EXPECT_EQ(pid_after("b"), second);
    EXPECT_EQ(pid_after("b"), 0) << "its third photo was its last";
}

TEST(Sandboxed, APictureNeedsNoMoreMemoryThanADecoderHas) {
    Options options = real_decoders();
    options.memory = std::uint64_t{300} << 20;
    const auto decoders = make_sandboxed_decoders(options);
    const auto large = file_of(tiff(12'000, 8'000));  // 288 MB in one strip
    const auto derived = run(decoders->derive(large.get(), {}, "owner"));
    ASSERT_FALSE(derived);
    EXPECT_EQ(derived.error().kind, ErrorKind::unprocessable) << derived.error().detail;
}

TEST(Sandboxed, NoDecoderOutlivesTheServersSide) {
    {
        const auto decoders = make_sandboxed_decoders(real_decoders());
        const auto file = file_of(tiff(10, 10));
        ASSERT_TRUE(run(decoders->probe(file.get(), {}, "owner")));
        ASSERT_TRUE(run(decoders->derive(file.get(), {}, "owner")));
        EXPECT_EQ(children().size(), 2U);
    }
    EXPECT_TRUE(children().empty());
}

}  // namespace
}  // namespace cadre::media
