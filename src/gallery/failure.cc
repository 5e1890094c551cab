#include "gallery/failure.h"

#include "gallery/derivatives.h"

namespace cadre::gallery {
namespace {

struct Older {
    std::string_view word;       // in kFailureCode
    std::string_view beginning;  // of the sentence in field::kFailure
    Code code;
};

/// All that releases before this one stored.
constexpr Older kOlder[] = {
    {"unsupported", "This file is not a picture in a format", Code::format_not_accepted},
    {"raw", "Camera RAW files are not accepted", Code::raw_not_accepted},
    {"truncated", "The end of the file is missing", Code::file_truncated},
    {"damaged", "The file is damaged", Code::file_damaged},
    {"too_many_pixels", "A picture of ", Code::too_many_pixels},
    {"too_many_progressive_pixels", "A progressive JPEG of ", Code::too_many_progressive_pixels},
    {"memory", "Reading this picture takes more memory", Code::picture_needs_memory},
    {"too_dear", "Reading this picture would take far longer", Code::picture_too_dear},
    {"overloaded", "Reading this picture was broken off", Code::decoder_interrupted},
    {"interrupted", "Reading this picture was broken off", Code::decoder_interrupted},
    {"library", "This server's library for pictures", Code::decoder_too_old},
    {"crashed", "The picture could not be read: the program", Code::decoder_crashed},
    {"time", "Reading this picture took longer", Code::picture_needs_time},
    {"missing", "The original file is missing", Code::original_missing},
};

}  // namespace

Code failure_of(const catalog::Truth& truth) {
    const auto said = truth.string(catalog::field::kFailure);
    if (const auto code = parse_code(said)) return *code;
    const auto word = truth.string(kFailureCode);
    for (const auto& older : kOlder)
        if (word.empty() ? said.starts_with(older.beginning) : word == older.word) return older.code;
    return Code::picture_unreadable;
}

std::string sentence_of(Code code) {
    const auto& in_english = entry_of(code).en;
    return std::string(in_english.title) + ". " + std::string(in_english.text);
}

}  // namespace cadre::gallery
