// What the derivatives cost at least: one process, libvips as its manual says (a thumbnail, then each size from the
// next larger one), no sandbox, no checks, no metadata read. bench_bare_vips FILE… prints one line of JSON.
#include <fmt/format.h>
#include <sys/resource.h>

#include <vips/vips8>

namespace {

using vips::VImage;

/// Makes the four files in memory; their sizes in all.
std::size_t derive(const char* path) {
    VImage image =
        VImage::thumbnail(path, 2560, VImage::option()->set("height", 2560)->set("size", VIPS_SIZE_DOWN)).copy_memory();
    std::size_t bytes = 0;
    for (const int edge : {2560, 1280, 640, 320}) {
        image = image.thumbnail_image(edge, VImage::option()->set("height", edge)->set("size", VIPS_SIZE_DOWN))
                    .copy_memory();
        VipsBlob* const file =
            image.webpsave_buffer(VImage::option()->set("Q", 80)->set("effort", 2)->set("strip", true));
        bytes += VIPS_AREA(file)->length;
        vips_area_unref(VIPS_AREA(file));
    }
    return bytes;
}

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

int main(int count, char** arguments) {
    if (VIPS_INIT(arguments[0]) != 0) return 1;
    vips_concurrency_set(1);
    vips_cache_set_max(0);
    std::size_t bytes = 0;
    int failed = 0;
    for (int i = 1; i < count; ++i) {
        try {
            bytes += derive(arguments[i]);
        } catch (const vips::VError& error) {
            ++failed;
            fmt::print(stderr, "{}: {}\n", arguments[i], error.what());
            vips_error_clear();
        }
    }
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    fmt::print(R"({{"files":{},"failed":{},"bytes":{},"cpu_seconds":{:.3f},"peak_kib":{}}})"
               "\n",
               count - 1, failed, bytes, seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss);
}
