// The fields of a message's header: names compared without case, order and duplicates kept.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cadre::http {

/// ASCII only, as field names and tokens are.
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);
/// Without spaces and tabs at both ends.
[[nodiscard]] std::string_view trim(std::string_view text);
/// The members of a comma-separated field value (RFC 9110 section 5.6.1): trimmed, empty ones left out, commas in
/// quoted strings kept.
[[nodiscard]] std::vector<std::string_view> split_list(std::string_view value);

/// The fields lie in one buffer as the lines they are in a message: a request costs no allocation per field, and an
/// answer's are copied line by line. Views given out hold until the next change; add() and set() may be given one. Not
/// thread-safe.
class Headers {
public:
    using Field = std::pair<std::string_view, std::string_view>;

    Headers() = default;
    Headers(std::initializer_list<Field> fields) {
        for (const auto& [name, value] : fields) add(name, value);
    }

    /// One more field, also where the name is there already. One that a line break or a NUL would split is left out.
    void add(std::string_view name, std::string_view value);
    void add_all(const Headers& others);
    /// The only field of that name; none where add() would leave it out.
    void set(std::string_view name, std::string_view value);
    void remove(std::string_view name);
    /// Keeps the memory for the next message.
    void clear();

    /// The first of that name.
    [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const;
    [[nodiscard]] std::vector<std::string_view> get_all(std::string_view name) const;
    /// All of that name as one list, joined by ", " (RFC 9110 section 5.3); nothing where there is none.
    [[nodiscard]] std::optional<std::string> joined(std::string_view name) const;
    [[nodiscard]] bool has(std::string_view name) const { return get(name).has_value(); }
    [[nodiscard]] std::size_t count(std::string_view name) const;
    [[nodiscard]] std::size_t size() const { return entries_.size(); }
    [[nodiscard]] bool empty() const { return entries_.empty(); }
    [[nodiscard]] Field at(std::size_t index) const;
    /// "Name: value\r\n"
    [[nodiscard]] std::string_view line(std::size_t index) const;
    /// Appends all lines.
    void append_to(std::string& out) const;

private:
    struct Entry {
        std::uint32_t begin;
        std::uint32_t name_length;
        std::uint32_t value_length;
    };
    std::string text_;  // also lines whose field was removed
    bool removed_ = false;
    std::vector<Entry> entries_;
};

/// Fields that many answers have alike, made once. Immutable.
using SharedHeaders = std::shared_ptr<const Headers>;

}  // namespace cadre::http
