#include "api/json_writer.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <iterator>

#include "base/time.h"

namespace cadre::api {
namespace {

/// Bytes that cannot stand as they are. 0xe2 begins U+2028 and U+2029.
constexpr auto kSpecial = [] {
    std::array<bool, 256> table{};
    for (std::size_t c = 0; c < 0x20; ++c) table[c] = true;
    for (const char c : {'"', '\\', '<', '>', '&'}) table[static_cast<unsigned char>(c)] = true;
    table[0x7f] = true;
    table[0xe2] = true;
    return table;
}();

bool is_line_separator(std::string_view rest) {
    return rest.starts_with("\xe2\x80\xa8") || rest.starts_with("\xe2\x80\xa9");
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    std::size_t plain = 0;  // where the part begins that needs no escape
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (!kSpecial[c]) continue;
        if (c == 0xe2 && !is_line_separator(text.substr(i))) continue;
        out.append(text, plain, i - plain);
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            case 0xe2:
                out += static_cast<unsigned char>(text[i + 2]) == 0xa8 ? "\\u2028" : "\\u2029";
                i += 2;
                break;
            default:
                fmt::format_to(std::back_inserter(out), "\\u{:04x}", c);
        }
        plain = i + 1;
    }
    out.append(text, plain);
    out += '"';
}

JsonWriter& JsonWriter::key(std::string_view name) {
    separate();
    append_json_string(out_, name);
    out_ += ':';
    comma_ = false;
    return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
    separate();
    append_json_string(out_, text);
    return *this;
}

JsonWriter& JsonWriter::value(bool flag) { return raw(flag ? "true" : "false"); }

JsonWriter& JsonWriter::value(double number) {
    if (!std::isfinite(number)) return raw("null");
    separate();
    fmt::format_to(std::back_inserter(out_), "{}", number);
    return *this;
}

JsonWriter& JsonWriter::value(std::nullptr_t) { return raw("null"); }

JsonWriter& JsonWriter::value(WallTime time) { return value(std::string_view(rfc3339(time))); }

JsonWriter& JsonWriter::raw(std::string_view json) {
    separate();
    out_ += json;
    return *this;
}

JsonWriter& JsonWriter::open(char bracket) {
    separate();
    out_ += bracket;
    comma_ = false;
    return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
    out_ += bracket;
    comma_ = true;
    return *this;
}

void JsonWriter::separate() {
    if (comma_) out_ += ',';
    comma_ = true;
}

}  // namespace cadre::api
