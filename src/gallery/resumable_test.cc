// Uploads in pieces over Solo's real stores: where one stands, what is refused, and that nothing acknowledged goes.
#include "gallery/resumable.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <random>

#include "base/encoding.h"
#include "gallery/accounts.h"
#include "gallery/photos.h"
#include "gallery/sweep.h"
#include "gallery/testing/library.h"

namespace cadre::gallery {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

// ---- what a listing says -------------------------------------------------------------------------------------------

ListedUpload listed(std::vector<std::pair<std::uint64_t, std::uint64_t>> parts) {
    ListedUpload upload;
    upload.length = 20;
    for (const auto& [offset, length] : parts) {
        const auto name = std::to_string(offset) + "-" + std::to_string(length);
        upload.add({"uploads/a/b/" + name, length, WallTime{}}, name);
    }
    return upload;
}

TEST(UploadParts, ItStandsWhereTheChainFromTheBeginningEnds) {
    EXPECT_EQ(listed({}).offset(), 0U);
    EXPECT_EQ(listed({{5, 5}}).offset(), 0U);
    EXPECT_EQ(listed({{5, 5}, {0, 5}}).offset(), 10U);
    EXPECT_EQ(listed({{0, 5}, {6, 5}}).offset(), 5U);
    EXPECT_EQ(listed({{0, 5}, {0, 9}, {3, 4}}).offset(), 9U);
    EXPECT_EQ(listed({{0, 9}, {0, 5}, {4, 8}, {12, 1}}).offset(), 13U);
    EXPECT_EQ(listed({{0, 20}}).offset(), 19U) << "the last byte is had when the photo is";
    EXPECT_EQ(listed({{0, 20}}).reach(), 20U);
}

TEST(UploadParts, APutThatComesLateTakesNothingBack) {
    std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same every time
    for (int round = 0; round < 2'000; ++round) {
        std::vector<std::pair<std::uint64_t, std::uint64_t>> parts;
        std::uint64_t reached = 0;
        for (int i = 0; i < 8; ++i) {
            parts.emplace_back(random() % 20, 1 + random() % 8);
            const auto now = listed(parts);
            EXPECT_GE(now.reach(), reached);
            reached = now.reach();
            std::uint64_t covered = 0;
            for (const auto& part : now.chain()) {
                EXPECT_LE(part.offset, covered);
                EXPECT_GT(part.end(), covered);
                covered = part.end();
            }
            EXPECT_EQ(covered, reached);
        }
    }
}

TEST(UploadParts, WhatIsCutShortOrNamedOddlyIsNoPart) {
    ListedUpload upload;
    upload.add({"uploads/a/b/0-5", 4, WallTime{}}, "0-5");
    upload.add({"uploads/a/b/0-x", 4, WallTime{}}, "0-x");
    upload.add({"uploads/a/b/18446744073709551615-5", 5, WallTime{}}, "18446744073709551615-5");
    EXPECT_THAT(upload.parts, IsEmpty());
    EXPECT_THAT(upload.keys, SizeIs(3));
    EXPECT_FALSE(upload.length);
}

// ---- uploads -------------------------------------------------------------------------------------------------------

class ResumableTest : public testing::LibraryTest {
protected:
    ResumableTest() {
        decoders_.every = media::Probe{"png", "image/png", 4, 3, false, false, {}};
        ask(accounts().add_user("Ann", Role::admin, kPassword));
        ann_ = log_in("Ann");
        ask(accounts().add_user("Ben", Role::member, kPassword));
        ben_ = log_in("Ben");
    }
    Accounts& accounts() { return gallery_->accounts(); }
    Viewer log_in(const std::string& name) {
        const auto session = ask(accounts().log_in(name, kPassword, {"192.0.2.1", "a test", ""}));
        return ask(accounts().by_session(session.secret));
    }
    Resumables uploads() { return Resumables(*gallery_); }
    Result<Resumable> begin(std::uint64_t length, UploadOptions options = {}) {
        options.announced = length;
        return result_of(uploads().begin(ben_, std::move(options), "filename YS5wbmc="));
    }
    Result<Gone> send(const Id& id, std::uint64_t offset, const std::string& bytes, const std::string& checksum = "") {
        PieceOptions options;
        options.offset = offset;
        options.announced = bytes.size();
        if (!checksum.empty()) options.checksum = value(PieceChecksum::expecting(checksum));
        TRY(const auto piece, result_of(uploads().go_on(ben_, id, std::move(options))));
        CHECK_RESULT(result_of(piece->write(as_bytes(bytes))));
        return result_of(piece->finish());
    }
    std::unique_ptr<Piece> open_piece(const Id& id, std::uint64_t offset) {
        PieceOptions options;
        options.offset = offset;
        return ask(uploads().go_on(ben_, id, std::move(options)));
    }
    Code refusal(const Id& id, std::uint64_t offset, const std::string& bytes, const std::string& checksum = "") {
        const auto sent = send(id, offset, bytes, checksum);
        return sent ? Code::fault : code_of(sent.error());
    }
    std::uint64_t offset_of(const Id& id) { return ask(uploads().find(ben_, id)).offset; }
    Code state_of(const Id& id) {
        const auto found = result_of(uploads().find(ben_, id));
        return found ? Code::fault : code_of(found.error());
    }
    std::string original(const Id& photo) {
        auto object = ask(blobs_->open("photos/" + photo.text() + "/original", 0, ~std::uint64_t{0}));
        std::string bytes(object.size, '\0');
        std::size_t filled = 0;
        while (const auto got = ask(
                   object.read(std::span(reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()).subspan(filled))))
            filled += got;
        return bytes;
    }

    static constexpr const char* kPassword = "a password of a test";
    Viewer ann_, ben_;
};

TEST_F(ResumableTest, PiecesBecomeThePhotoThatTheFileWouldHaveBeen) {
    UploadOptions options;
    options.filename = "a.png";
    options.path = "2019";
    options.expected = sha256("The whole file");
    const auto begun = value(begin(14, std::move(options)));
    EXPECT_EQ(value(send(begun.id, 0, "The ")).offset, 4U);
    EXPECT_EQ(value(send(begun.id, 4, "whole ")).offset, 10U);
    const auto found = ask(uploads().find(ben_, begun.id));
    EXPECT_EQ(found.length, 14U);
    EXPECT_EQ(found.offset, 10U);
    EXPECT_EQ(found.metadata, "filename YS5wbmc=");
    EXPECT_FALSE(found.photo);
    const auto last = value(send(begun.id, 10, "file"));
    ASSERT_TRUE(last.uploaded);
    const auto& photo = last.uploaded->photo;
    EXPECT_EQ(photo.filename, "a.png");
    EXPECT_EQ(photo.path, "2019");
    EXPECT_EQ(original(photo.id), "The whole file");
    // Whoever missed the answer asks again, or sends nothing more, and is told of the same photo.
    EXPECT_EQ(ask(uploads().find(ben_, begun.id)).photo, photo.id);
    EXPECT_EQ(value(send(begun.id, 14, "")).uploaded->photo.id, photo.id);
    EXPECT_THAT(keys(upload_prefix(ben_.user->id, begun.id)), SizeIs(2)) << "its parts are gone";
    const auto again = value(begin(14));
    EXPECT_TRUE(value(send(again.id, 0, "The whole file")).uploaded->duplicate);
}

TEST_F(ResumableTest, OfAnUploadWhoseEndWasBrokenOffTheLastByteIsSentAgain) {
    const auto begun = value(begin(8));
    decoders_.every.reset();  // the decoder is away
    EXPECT_EQ(refusal(begun.id, 0, "pictures"), Code::unavailable);
    EXPECT_EQ(offset_of(begun.id), 7U);
    decoders_.every = media::Probe{"png", "image/png", 4, 3, false, false, {}};
    const auto sent = value(send(begun.id, 7, "s"));
    ASSERT_TRUE(sent.uploaded);
    EXPECT_EQ(original(sent.uploaded->photo.id), "pictures");
}

TEST_F(ResumableTest, WhatIsRefusedLeavesNothingAndTheUploadStandsWhereItStood) {
    const auto begun = value(begin(10));
    value(send(begun.id, 0, "four"));
    const auto before = keys("uploads/");
    EXPECT_EQ(refusal(begun.id, 3, "a lie"), Code::upload_offset_differs);
    EXPECT_EQ(refusal(begun.id, 5, "a gap"), Code::upload_offset_differs);
    EXPECT_EQ(refusal(begun.id, 4, "longer than announced"), Code::body_too_large);
    EXPECT_EQ(refusal(begun.id, 4, "bytes", "sha1 " + base64(std::vector<std::uint8_t>(20))), Code::checksum_differs);
    auto piece = open_piece(begun.id, 4);  // of unknown length
    const auto written = result_of(piece->write(as_bytes("longer than announced")));
    EXPECT_EQ(code_of(written.error()), Code::body_too_large);
    ask(piece->break_off(written.error()));
    EXPECT_EQ(keys("uploads/"), before);
    EXPECT_EQ(offset_of(begun.id), 4U);
    EXPECT_EQ(value(send(begun.id, 4, "bytes", "sha256 " + base64(sha256("bytes")))).offset, 9U);
}

TEST_F(ResumableTest, AFileThatIsRefusedTakesItsPartsWithIt) {
    for (const auto code : {Code::format_not_accepted, Code::picture_unreadable, Code::digest_differs}) {
        UploadOptions options;
        if (code == Code::digest_differs) options.expected = sha256("another file");
        decoders_.every = media::Probe{"png", "image/png", 4, 3, false, false, {}};
        const auto begun = value(begin(5, std::move(options)));
        value(send(begun.id, 0, "no "));
        if (code != Code::digest_differs) decoders_.refusal = Error{code, "It is none."};
        EXPECT_EQ(refusal(begun.id, 3, "it"), code);
        decoders_.refusal.reset();
        EXPECT_EQ(state_of(begun.id), Code::upload_not_found);
        EXPECT_THAT(keys("uploads/"), IsEmpty());
        EXPECT_THAT(keys("photos/"), IsEmpty());
    }
}

TEST_F(ResumableTest, TheSecondOfTwoThatGoOnIsToldSoAndWhoStallsIsPassed) {
    const auto begun = value(begin(10));
    auto first = open_piece(begun.id, 0);
    ask(first->write(as_bytes("one")));
    EXPECT_EQ(refusal(begun.id, 0, "two"), Code::upload_locked);
    ask(first->finish());
    EXPECT_EQ(refusal(begun.id, 0, "two"), Code::upload_offset_differs);
    auto slow = open_piece(begun.id, 3);
    ask(slow->write(as_bytes("sl")));
    clock_.advance(kPieceLease + Millis(1));
    EXPECT_EQ(value(send(begun.id, 3, "quick")).offset, 8U);
    const auto late = result_of(slow->write(as_bytes("ow")));
    EXPECT_EQ(code_of(late.error()), Code::upload_locked);
    ask(slow->break_off(late.error()));
    EXPECT_EQ(offset_of(begun.id), 8U);
}

TEST_F(ResumableTest, WhoWasSlowAloneGoesOn) {
    const auto begun = value(begin(6));
    auto slow = open_piece(begun.id, 0);
    ask(slow->write(as_bytes("pic")));
    clock_.advance(kPieceLease + Millis(1));
    ask(slow->write(as_bytes("ture").first(3)));
    EXPECT_TRUE(ask(slow->finish()).uploaded);
}

TEST_F(ResumableTest, WhatABrokenConnectionBroughtIsKept) {
    const auto begun = value(begin(10));
    auto piece = open_piece(begun.id, 0);
    ask(piece->write(as_bytes("some")));
    ask(piece->break_off({Code::body_incomplete, "It broke."}));
    EXPECT_EQ(offset_of(begun.id), 4U);
    EXPECT_EQ(value(send(begun.id, 4, "bytes")).offset, 9U) << "nobody holds it any more";
}

TEST_F(ResumableTest, ALargePieceIsKeptInPartsAsItComes) {
    const std::string bytes(2 * kUploadPart + 5, 'x');
    const auto begun = value(begin(bytes.size() + 1));
    auto piece = open_piece(begun.id, 0);
    ask(piece->write(as_bytes(bytes)));
    EXPECT_EQ(offset_of(begun.id), 2 * kUploadPart) << "the process may be killed now";
    EXPECT_EQ(ask(piece->finish()).offset, bytes.size());
    const auto sent = value(send(begun.id, bytes.size(), "y"));
    EXPECT_EQ(original(sent.uploaded->photo.id), bytes + "y");
}

TEST_F(ResumableTest, WhatAPutReadsStaysAsItWasHoweverLateItReads) {
    // A store may repeat a put, and the one that was slow goes on after the answer (blobs/s3).
    std::vector<UniqueFd> files;
    blobs_->on_put = [&](const std::vector<blobs::Put>& puts) {
        if (const auto* range = std::get_if<blobs::FileRange>(&puts[0].content)) files.emplace_back(::dup(range->fd));
    };
    const auto begun = value(begin(2 * kUploadPart + 1));
    auto piece = open_piece(begun.id, 0);
    for (const char byte : {'a', 'b'}) ask(piece->write(as_bytes(std::string(kUploadPart, byte))));
    ask(piece->finish());
    ASSERT_THAT(files, SizeIs(2));
    for (std::size_t i = 0; i < files.size(); ++i) {
        char last = 0;
        ASSERT_EQ(::pread(files[i].get(), &last, 1, kUploadPart - 1), 1);
        EXPECT_EQ(last, i == 0 ? 'a' : 'b');
    }
}

TEST_F(ResumableTest, ItExpiresADayAfterTheLastPieceAndIsSweptLater) {
    const auto begun = value(begin(10));
    clock_.advance(std::chrono::hours(23));
    const auto sent = value(send(begun.id, 0, "four"));
    EXPECT_GE(sent.expires, clock_.now() + kResumableFor - std::chrono::minutes(1));
    // A file's time is the machine's own: the clock of the test only goes ahead of it.
    clock_.advance(std::chrono::hours(2));
    EXPECT_EQ(state_of(begun.id), Code::upload_expired);
    EXPECT_EQ(refusal(begun.id, 4, "bytes"), Code::upload_expired);
    clock_.advance(std::chrono::hours(24));
    Sweep sweep(*gallery_);
    while (!ask(sweep.step())) continue;
    EXPECT_EQ(sweep.report().uploads, 1U);
    EXPECT_EQ(state_of(begun.id), Code::upload_not_found);
    EXPECT_THAT(keys("uploads/"), IsEmpty());
}

TEST_F(ResumableTest, WhatIsGivenUpIsGoneAndOthersNeverSeeIt) {
    const auto begun = value(begin(10));
    value(send(begun.id, 0, "four"));
    for (const auto& viewer : {ann_, Viewer{}}) {
        const auto code = viewer.user ? Code::upload_not_found : Code::not_logged_in;
        EXPECT_EQ(code_of(result_of(uploads().find(viewer, begun.id)).error()), code);
        EXPECT_EQ(code_of(result_of(uploads().go_on(viewer, begun.id, {})).error()), code);
        EXPECT_EQ(code_of(result_of(uploads().give_up(viewer, begun.id)).error()), code);
    }
    ask(uploads().give_up(ben_, begun.id));
    EXPECT_EQ(state_of(begun.id), Code::upload_not_found);
    EXPECT_EQ(refusal(begun.id, 4, "bytes"), Code::upload_not_found);
    EXPECT_THAT(keys("uploads/"), IsEmpty());
}

TEST_F(ResumableTest, OnePersonsUnfinishedUploadsAreBounded) {
    Policy policy;
    policy.scratch = folder_;
    policy.scratch_bytes = 2'000;
    policy.max_upload = 400;
    open_gallery(std::move(policy));
    EXPECT_EQ(code_of(begin(0).error()), Code::file_empty);
    EXPECT_EQ(code_of(begin(401).error()), Code::file_too_large);
    value(begin(400));
    const auto second = value(begin(400));
    EXPECT_EQ(code_of(begin(400).error()), Code::too_many_uploads);
    EXPECT_THAT(keys("uploads/"), SizeIs(2)) << "what was refused left nothing";
    ask(uploads().give_up(ben_, second.id));
    value(begin(1));
    for (std::size_t i = 2; i < kMaxResumables; ++i) value(begin(1));
    // Those that have ended do not count, and hide none that does: these stand before it in a listing.
    std::vector<blobs::Put> ended;
    for (unsigned i = 0; i < 900; ++i) {
        Id id{};
        id.bytes[14] = static_cast<std::uint8_t>(i >> 8);
        id.bytes[15] = static_cast<std::uint8_t>(i);
        const auto prefix = upload_prefix(ben_.user->id, id);
        for (const auto& key : {head_key(prefix, 1), photo_key(prefix), part_key(prefix, 0, 0)})
            ended.push_back({key, std::string(), blobs::Durability::disposable});
    }
    ask(store_->put(std::move(ended)));
    EXPECT_EQ(code_of(begin(1).error()), Code::too_many_uploads);
}

}  // namespace
}  // namespace cadre::gallery
