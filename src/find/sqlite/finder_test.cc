#include "find/sqlite/finder.h"

#include <fstream>

#include "base/testing.h"
#include "find/suite.h"

namespace cadre::find {
namespace {

class SqliteBench final : public Bench {
public:
    SqliteBench() { restart(); }
    Finder& finder() override { return *finder_; }
    void restart() override {
        finder_.reset();
        auto opened = sqlite::open({.file = file()});
        ASSERT_TRUE(opened) << opened.error().message;
        finder_ = std::move(*opened);
    }
    void wipe() override {
        for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(file().string() + end);
    }
    void spoil() override {
        finder_.reset();
        std::ofstream(file(), std::ios::binary | std::ios::in).seekp(0).write(std::string(8192, 'x').data(), 8192);
        restart();
    }

private:
    [[nodiscard]] std::filesystem::path file() const { return folder_.path() / "find.db"; }

    test::TemporaryFolder folder_;
    std::unique_ptr<Finder> finder_;
};

std::unique_ptr<Bench> make_bench() { return std::make_unique<SqliteBench>(); }

INSTANTIATE_TEST_SUITE_P(Sqlite, FinderSuite, testing::Values(&make_bench));

}  // namespace
}  // namespace cadre::find
