#include "cli/import/report.h"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

#include "cli/import/text.h"

namespace cadre::cli {
namespace {

std::string encode(const Told& told) {
    json::object object{{"path", as_utf8(told.path)}, {"status", nullptr}, {"detail", as_utf8(told.detail)}};
    if (told.status != 0) object["status"] = told.status;
    return json::serialize(object);
}

}  // namespace

Spill::Spill() : file_(std::tmpfile()) {
    if (!file_) throw std::runtime_error("no temporary file can be made");
}

void Spill::add(std::string_view line) {
    if (std::fseek(file_.get(), end_, SEEK_SET) != 0 ||
        std::fwrite(line.data(), 1, line.size(), file_.get()) != line.size() || std::fputc('\n', file_.get()) == EOF)
        throw std::runtime_error("a temporary file cannot be written");
    end_ += static_cast<long>(line.size()) + 1;
    ++added_;
}

std::string Spill::line_at(long& offset) {
    if (std::fseek(file_.get(), offset, SEEK_SET) != 0) throw std::runtime_error("a temporary file cannot be read");
    std::string line;
    for (int c = std::fgetc(file_.get()); c != EOF && c != '\n'; c = std::fgetc(file_.get()))
        line += static_cast<char>(c);
    offset += static_cast<long>(line.size()) + 1;
    return line;
}

std::optional<std::string> Spill::next() {
    if (all_given()) return std::nullopt;
    ++given_;
    return line_at(given_to_);
}

void Spill::each(const std::function<void(std::string_view)>& see) {
    for (long offset = 0; offset < end_;) see(line_at(offset));
}

void Report::refuse(const Told& told) { refused_.add(encode(told)); }
void Report::fail(const Told& told) { failed_.add(encode(told)); }
void Report::sidecar_refused(const Told& told) { sidecars_refused_.add(encode(told)); }
void Report::unreadable(const Told& told) { unreadable_.add(encode(told)); }

void Report::leave_out(const std::string& path, const Reason& why) {
    left_out_.add(json::serialize(json::object{{"path", as_utf8(path)}, {"reason", why.code}, {"detail", why.detail}}));
}

Result<void> Report::write_json(const std::string& path) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "we"), std::fclose);
    const auto failure = [&] {
        return cadre::fail(ErrorKind::internal, fmt::format("The report {} cannot be written.", path));
    };
    if (!file) return failure();
    const std::pair<std::string_view, std::uint64_t> counts[] = {
        {"seen", seen},         {"sent", sent},   {"duplicate", duplicate},         {"restored", restored},
        {"sidecars", sidecars}, {"ready", ready}, {"unfinished", seen - settled()},
    };
    char before = '{';
    for (const auto& [name, count] : counts) {
        fmt::print(file.get(), "{}\"{}\":{}", before, name, count);
        before = ',';
    }
    const auto list = [&](std::string_view name, Spill& lines) {
        fmt::print(file.get(), ",\"{}\":[", name);
        std::string_view between = "\n";
        lines.each([&](std::string_view line) {
            fmt::print(file.get(), "{}{}", between, line);
            between = ",\n";
        });
        fmt::print(file.get(), "]");
    };
    list("refused", refused_);
    list("failed", failed_);
    list("left_out", left_out_);
    list("sidecars_refused", sidecars_refused_);
    list("unreadable", unreadable_);
    fmt::print(file.get(), "}}\n");
    if (std::fflush(file.get()) != 0) return failure();
    return {};
}

void Report::print(const Wanted& wanted) {
    const auto list = [](std::string_view heading, Spill& lines) {
        if (lines.size() == 0) return;
        fmt::print("{}:\n", heading);
        lines.each([](std::string_view line) {
            const auto told = json::parse(line).as_object();
            fmt::print("  {}: {}\n", get_string(told, "path").value_or(""), get_string(told, "detail").value_or(""));
        });
    };
    if (wanted.verbose) list("Left out", left_out_);
    list("Sidecars that were not taken", sidecars_refused_);
    list("Refused", refused_);
    list("Could not be decoded", unreadable_);
    list("Failed", failed_);
    fmt::print("{} sent, {} there already, {} refused, {} failed, {} left out{}.\n", sent, duplicate, refused(),
               failed(), left_out(), left_out() > 0 && !wanted.verbose ? " (--verbose names them)" : "");
    if (sidecars > 0) fmt::print("{} sidecars read.\n", sidecars);
    if (restored > 0) fmt::print("{} photos taken out of the trash.\n", restored);
    if (wanted.waited) fmt::print("{} ready, {} could not be decoded.\n", ready, unreadable());
}

}  // namespace cadre::cli
