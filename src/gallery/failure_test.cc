#include "gallery/failure.h"

#include <gtest/gtest.h>

#include "gallery/derivatives.h"

namespace cadre::gallery {
namespace {

catalog::Truth stored(const std::string& failure, const std::string& word = {}) {
    catalog::Truth truth;
    const auto set = [&](std::string_view name, const std::string& value) {
        truth.derived.fields[std::string(name)] = {json::value(value), catalog::Stamp{1, 1}};
    };
    set(catalog::field::kState, "failed");
    set(catalog::field::kFailure, failure);
    if (!word.empty()) set(kFailureCode, word);
    return truth;
}

TEST(Failure, IsTheCodeThatIsStored) {
    for (const auto& entry : codes_table()) EXPECT_EQ(failure_of(stored(std::string(entry.name))), entry.code);
}

// The sentences are those of the releases that stored them, whole.
TEST(Failure, OfAnOlderReleaseIsKnownByItsWord) {
    EXPECT_EQ(failure_of(stored("It takes too much memory.", "memory")), Code::picture_needs_memory);
    EXPECT_EQ(failure_of(stored("The picture could not be read: the program that reads it broke off. The file is "
                                "probably damaged.",
                                "crashed")),
              Code::decoder_crashed);
    EXPECT_EQ(failure_of(stored("Reading this picture was broken off from outside.", "interrupted")),
              Code::decoder_interrupted);
}

TEST(Failure, OfAStillOlderReleaseIsKnownByItsSentence) {
    EXPECT_EQ(failure_of(stored("The end of the file is missing. Copy it again from where it came from.")),
              Code::file_truncated);
    EXPECT_EQ(failure_of(stored("The file is damaged and the picture in it can't be read.")), Code::file_damaged);
    EXPECT_EQ(failure_of(stored("A picture of 20000 × 20000 pixels is too large: at most 256 million pixels are "
                                "accepted.")),
              Code::too_many_pixels);
    EXPECT_EQ(failure_of(stored("A progressive JPEG of 20000 × 20000 pixels is too large.")),
              Code::too_many_progressive_pixels);
}

TEST(Failure, ThatNobodyKnowsIsAPictureThatCouldNotBeRead) {
    EXPECT_EQ(failure_of(stored("")), Code::picture_unreadable);
    EXPECT_EQ(failure_of(stored("Something else.", "something")), Code::picture_unreadable);
}

}  // namespace
}  // namespace cadre::gallery
