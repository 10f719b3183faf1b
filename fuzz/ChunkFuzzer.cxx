// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
// Undoes filters of HDF5 chunks on any bytes. Input: number of filters and size of an element, size of the chunk
// (2 bytes), for each filter its kind and five values, then the chunk as it would lie in the file.
#include "ReadScan.h"

#include "Formats/ChunkDecoder.h"

extern "C" int
LLVMFuzzerTestOneInput(const std::uint8_t * data, std::size_t size)
{
  using namespace fourdstem;
  constexpr int         kinds[] = { 1, 2, 3, 32001, 32004, 32008 };
  constexpr std::size_t values = 5;
  if (size < 3)
  {
    return 0;
  }
  const std::size_t count = 1 + data[0] % 3;
  const std::size_t elementBytes = std::size_t{ 1 } << (data[0] / 4 % 4);
  const std::size_t chunkBytes = (1 + data[1] + std::size_t{ 256 } * data[2]) * elementBytes;
  if (size < 3 + count * (1 + values))
  {
    return 0;
  }
  std::vector<ChunkFilter> filters(count);
  const std::uint8_t *     next = data + 3;
  for (ChunkFilter & filter : filters)
  {
    filter.id = kinds[*next % std::size(kinds)];
    filter.values.assign(next + 1, next + 1 + *next / 32 % (values + 1));
    next += 1 + values;
  }
  const ChunkDecoder decoder(std::move(filters), chunkBytes, elementBytes);
  if (!decoder.CanDecode())
  {
    return 0;
  }
  ChunkDecoder::Bytes stored(static_cast<std::size_t>(data + size - next));
  std::copy(next, data + size, reinterpret_cast<std::uint8_t *>(stored.data()));
  ChunkDecoder::Bytes scratch;
  try
  {
    if (decoder.Decode(stored, scratch, data[0] / 16 % 8).size() != chunkBytes)
    {
      fuzz::Fault("a chunk of another size");
    }
  }
  catch (const std::runtime_error & error)
  {
    if (std::string(error.what()).empty())
    {
      fuzz::Fault("refused without a reason");
    }
  }
  return 0;
}
