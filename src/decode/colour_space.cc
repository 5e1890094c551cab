#include "decode/colour_space.h"

#include <cmath>

namespace cadre::decode {
namespace {

std::optional<Chromaticities> primaries_of(unsigned code) {
    constexpr double kD65x = .3127;
    constexpr double kD65y = .3290;
    switch (code) {
        case 1:  // BT.709
        case 2:  // unspecified
            return Chromaticities{};
        case 4:  // BT.470 System M, white C
            return Chromaticities{.67, .33, .21, .71, .14, .08, .310, .316};
        case 5:  // BT.601 625 lines
            return Chromaticities{.64, .33, .29, .60, .15, .06, kD65x, kD65y};
        case 6:  // BT.601 525 lines
        case 7:  // SMPTE 240M
            return Chromaticities{.630, .340, .310, .595, .155, .070, kD65x, kD65y};
        case 9:  // BT.2020, BT.2100
            return Chromaticities{.708, .292, .170, .797, .131, .046, kD65x, kD65y};
        case 11:  // DCI-P3
            return Chromaticities{.680, .320, .265, .690, .150, .060, .314, .351};
        case 12:  // Display P3
            return Chromaticities{.680, .320, .265, .690, .150, .060, kD65x, kD65y};
        case 22:  // EBU 3213
            return Chromaticities{.630, .340, .295, .605, .155, .077, kD65x, kD65y};
        default:
            return std::nullopt;
    }
}

Matrix inverse(const Matrix& m) {
    const auto minor = [&m](std::size_t row, std::size_t column) {
        const std::size_t r0 = (row + 1) % 3, r1 = (row + 2) % 3, c0 = (column + 1) % 3, c1 = (column + 2) % 3;
        return m[r0][c0] * m[r1][c1] - m[r0][c1] * m[r1][c0];
    };
    const double determinant = m[0][0] * minor(0, 0) + m[0][1] * minor(0, 1) + m[0][2] * minor(0, 2);
    Matrix result{};
    for (std::size_t row = 0; row < 3; ++row)
        for (std::size_t column = 0; column < 3; ++column) result[column][row] = minor(row, column) / determinant;
    return result;
}

/// Columns are the primaries' XYZ, scaled so that together they give the white (SMPTE RP 177).
Matrix to_xyz(const Chromaticities& c) {
    const auto z = [](double x, double y) { return 1 - x - y; };
    Matrix m{{{c.red_x, c.green_x, c.blue_x},
              {c.red_y, c.green_y, c.blue_y},
              {z(c.red_x, c.red_y), z(c.green_x, c.green_y), z(c.blue_x, c.blue_y)}}};
    const std::array<double, 3> white{c.white_x / c.white_y, 1, z(c.white_x, c.white_y) / c.white_y};
    const Matrix back = inverse(m);
    for (std::size_t i = 0; i < 3; ++i) {
        const double scale = back[i][0] * white[0] + back[i][1] * white[1] + back[i][2] * white[2];
        for (auto& row : m) row[i] *= scale;
    }
    return m;
}

}  // namespace

std::optional<ColourSpace> colour_space_of(unsigned primaries, unsigned transfer) {
    const auto known = primaries_of(primaries);
    if (!known) return std::nullopt;
    ColourSpace space{*known};
    switch (transfer) {
        case 1:   // BT.709
        case 2:   // unspecified
        case 6:   // BT.601
        case 13:  // sRGB
        case 14:  // BT.2020, 10 bits
        case 15:  // BT.2020, 12 bits
            return space;
        case 4:
            space.gamma = 2.2;
            break;
        case 5:
            space.gamma = 2.8;
            break;
        case 8:
            space.gamma = 1;
            break;
        case 16:
            space.curve = Curve::pq;
            return space;
        case 18:
            space.curve = Curve::hlg;
            return space;
        default:
            return std::nullopt;
    }
    space.curve = Curve::gamma;
    return space;
}

Matrix to_linear_srgb(const Chromaticities& primaries) {
    const Matrix from = to_xyz(primaries);
    const Matrix to = inverse(to_xyz({}));
    Matrix product{};
    for (std::size_t row = 0; row < 3; ++row)
        for (std::size_t column = 0; column < 3; ++column)
            for (std::size_t i = 0; i < 3; ++i) product[row][column] += to[row][i] * from[i][column];
    return product;
}

}  // namespace cadre::decode
