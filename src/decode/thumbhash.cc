#include "decode/thumbhash.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

namespace cadre::decode {
namespace {

/// As JavaScript's Math.round: halves go up.
int round_up(double value) { return static_cast<int>(std::floor(value + 0.5)); }

std::uint32_t quantise(double value) { return static_cast<std::uint32_t>(round_up(value)); }

struct Channel {
    double dc = 0;
    std::vector<double> ac;  // normalised to 0 … 1
    double scale = 0;
};

/// The lowest frequencies of the discrete cosine transform, a triangle of nx by ny of them.
Channel transform(const std::vector<double>& channel, int width, int height, int nx, int ny) {
    const auto wave = [](int frequency, int at, int length) {
        return std::cos(std::numbers::pi / length * frequency * (at + 0.5));
    };
    Channel result;
    std::vector<double> fx(static_cast<std::size_t>(width));
    for (int cy = 0; cy < ny; ++cy) {
        for (int cx = 0; cx * ny < nx * (ny - cy); ++cx) {
            for (int x = 0; x < width; ++x) fx[static_cast<std::size_t>(x)] = wave(cx, x, width);
            double f = 0;
            auto value = channel.begin();
            for (int y = 0; y < height; ++y) {
                const double fy = wave(cy, y, height);
                for (int x = 0; x < width; ++x) f += *value++ * fx[static_cast<std::size_t>(x)] * fy;
            }
            f /= width * height;
            if (cx == 0 && cy == 0) {
                result.dc = f;
            } else {
                result.ac.push_back(f);
                result.scale = std::max(result.scale, std::abs(f));
            }
        }
    }
    if (result.scale > 0) {
        for (double& f : result.ac) f = 0.5 + 0.5 / result.scale * f;
    }
    return result;
}

struct Average {
    double r = 0, g = 0, b = 0, a = 0;
};

Average average_of(Bytes rgba) {
    Average average;
    for (std::size_t i = 0; i < rgba.size(); i += 4) {
        const double alpha = rgba[i + 3] / 255.0;
        average.r += alpha / 255 * rgba[i];
        average.g += alpha / 255 * rgba[i + 1];
        average.b += alpha / 255 * rgba[i + 2];
        average.a += alpha;
    }
    if (average.a > 0) {
        average.r /= average.a;
        average.g /= average.a;
        average.b /= average.a;
    }
    return average;
}

}  // namespace

std::string thumbhash(int width, int height, Bytes rgba) {
    const std::size_t pixels = rgba.size() / 4;
    const Average average = average_of(rgba);
    const bool has_alpha = average.a < static_cast<double>(pixels);
    const int longest = std::max(width, height);
    const int limit = has_alpha ? 5 : 7;  // fewer luminance bits if there is alpha
    const int lx = std::max(1, round_up(static_cast<double>(limit * width) / longest));
    const int ly = std::max(1, round_up(static_cast<double>(limit * height) / longest));

    // Luminance, yellow − blue, red − green, alpha; what is transparent shows the average colour.
    std::vector<double> l(pixels), p(pixels), q(pixels), a(pixels);
    for (std::size_t i = 0; i < pixels; ++i) {
        const double alpha = rgba[4 * i + 3] / 255.0;
        const double r = average.r * (1 - alpha) + alpha / 255 * rgba[4 * i];
        const double g = average.g * (1 - alpha) + alpha / 255 * rgba[4 * i + 1];
        const double b = average.b * (1 - alpha) + alpha / 255 * rgba[4 * i + 2];
        l[i] = (r + g + b) / 3;
        p[i] = (r + g) / 2 - b;
        q[i] = r - g;
        a[i] = alpha;
    }
    const Channel luminance = transform(l, width, height, std::max(3, lx), std::max(3, ly));
    const Channel yellow_blue = transform(p, width, height, 3, 3);
    const Channel red_green = transform(q, width, height, 3, 3);
    const Channel transparency = has_alpha ? transform(a, width, height, 5, 5) : Channel{};

    const bool landscape = width > height;
    const std::uint32_t header24 = quantise(63 * luminance.dc) | (quantise(31.5 + 31.5 * yellow_blue.dc) << 6) |
                                   (quantise(31.5 + 31.5 * red_green.dc) << 12) |
                                   (quantise(31 * luminance.scale) << 18) | ((has_alpha ? 1U : 0U) << 23);
    const std::uint32_t header16 = static_cast<std::uint32_t>(landscape ? ly : lx) |
                                   (quantise(63 * yellow_blue.scale) << 3) | (quantise(63 * red_green.scale) << 9) |
                                   ((landscape ? 1U : 0U) << 15);
    std::vector<std::uint32_t> bytes{header24 & 255, (header24 >> 8) & 255, header24 >> 16, header16 & 255,
                                     header16 >> 8};
    if (has_alpha) bytes.push_back(quantise(15 * transparency.dc) | (quantise(15 * transparency.scale) << 4));

    bool high_half = false;
    for (const Channel* channel : {&luminance, &yellow_blue, &red_green, &transparency}) {
        for (const double f : channel->ac) {
            if (!high_half) bytes.push_back(0);
            bytes.back() |= quantise(15 * f) << (high_half ? 4 : 0);
            high_half = !high_half;
        }
    }
    std::string hash;
    for (const std::uint32_t byte : bytes) hash += static_cast<char>(byte & 255);
    return hash;
}

}  // namespace cadre::decode
