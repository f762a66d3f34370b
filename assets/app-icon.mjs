// The application's icon (a service window: a frame, a counter and an opening) drawn as a PNG by own code.
import * as zlib from "node:zlib";

const GUINDA = [138, 21, 56], PAPER = [251, 248, 244], GOLD = [179, 142, 93];

function inside(x, y, left, top, right, bottom, radius) {
  const dx = Math.max(left + radius - x, x - (right - radius), 0);
  const dy = Math.max(top + radius - y, y - (bottom - radius), 0);
  return x >= left && x <= right && y >= top && y <= bottom && dx * dx + dy * dy <= radius * radius;
}

function colour(x, y, bleed) {
  if (!bleed && !inside(x, y, 0, 0, 1, 1, 0.2)) return null;
  if (inside(x, y, 0.2, 0.66, 0.8, 0.74, 0.02)) return GOLD;
  const arch = inside(x, y, 0.27, 0.24, 0.73, 0.9, 0.23) && y <= 0.62;
  const hole = inside(x, y, 0.34, 0.31, 0.66, 0.9, 0.16) && y <= 0.62;
  if (arch && !hole) return PAPER;
  if (inside(x, y, 0.41, 0.46, 0.59, 0.62, 0.01)) return PAPER;
  return GUINDA;
}

function pixel(px, py, size, bleed) {
  const sum = [0, 0, 0, 0], grid = 3;
  for (let i = 0; i < grid; i++) for (let j = 0; j < grid; j++) {
    const c = colour((px + (i + 0.5) / grid) / size, (py + (j + 0.5) / grid) / size, bleed);
    if (c) { sum[0] += c[0]; sum[1] += c[1]; sum[2] += c[2]; sum[3] += 1; }
  }
  const n = sum[3] || 1;
  return [sum[0] / n, sum[1] / n, sum[2] / n, (sum[3] * 255) / (grid * grid)];
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]), length = Buffer.alloc(4), check = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc(body));
  return Buffer.concat([length, body, check]);
}

function crc(buffer) {
  if (zlib.crc32) return zlib.crc32(buffer);
  let value = 0xffffffff;
  for (const byte of buffer) {
    value ^= byte;
    for (let k = 0; k < 8; k++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return (value ^ 0xffffffff) >>> 0;
}

export function appIcon(size, bleed) {
  const rows = [];
  for (let y = 0; y < size; y++) {
    const row = Buffer.alloc(1 + size * 4);
    for (let x = 0; x < size; x++) row.set(pixel(x, y, size, bleed).map(Math.round), 1 + x * 4);
    rows.push(row);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0); head.writeUInt32BE(size, 4);
  head.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk("IHDR", head),
    chunk("IDAT", zlib.deflateSync(Buffer.concat(rows), { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}
