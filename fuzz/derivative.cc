// A WebP file that a decoder has written.
#include <sys/mman.h>
#include <unistd.h>

#include "base/fd.h"
#include "fuzz.h"
#include "media/webp.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cadre;
    const UniqueFd file(::memfd_create("derivative", MFD_CLOEXEC));
    fuzz::must(::write(file.get(), data, size) == static_cast<ssize_t>(size), "memory can be written");
    if (const auto length = media::check_derivative(file.get(), 2, 2))
        fuzz::must(*length == size, "a derivative is the whole file");
    return 0;
}
