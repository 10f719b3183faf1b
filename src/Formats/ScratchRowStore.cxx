// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/NativeFile.h"
#include "fourdstem/RowStore.h"
#include "fourdstem/ScanFile.h"

#include <stdexcept>
#include <type_traits>

namespace fourdstem
{
namespace
{
class ScratchRowStore : public RowStore
{
public:
  ScratchRowStore(std::int64_t rows, std::int64_t components, const std::string & folder)
    : RowStore(rows, components)
    , m_Folder(folder)
  {
    const std::int64_t bytes = CheckedMultiply(
      CheckedMultiply(rows, components, "the size of the scratch file"), 4, "the size of the scratch file");
    m_Handle = native::OpenScratch(folder);
    if (m_Handle == native::NoHandle)
    {
      throw std::runtime_error(folder + ": no scratch file can be made there: " + native::LastError());
    }
    if (!native::Claim(m_Handle, bytes))
    {
      const std::string reason = native::LastError();
      native::Close(m_Handle);
      throw std::runtime_error(folder + ": a scratch file of " + std::to_string(bytes) +
                               " bytes has no room there: " + reason);
    }
  }

  ~ScratchRowStore() override { native::Close(m_Handle); }

  const float * const *
  Read(const std::int64_t * indices, std::int64_t count, RowLease & lease) const override
  {
    lease.buffer.resize(static_cast<std::size_t>(count * this->Components()));
    lease.rows.resize(static_cast<std::size_t>(count));
    for (std::int64_t i = 0; i < count; ++i)
    {
      lease.rows[static_cast<std::size_t>(i)] = lease.buffer.data() + i * this->Components();
    }
    for (std::int64_t begin = 0; begin < count;)
    {
      std::int64_t end = begin + 1;
      while (end < count && indices[end] == indices[end - 1] + 1)
      {
        ++end;
      }
      this->Transfer(
        lease.buffer.data() + begin * this->Components(), indices[begin], end - begin, &native::ReadSome, "read");
      begin = end;
    }
    return lease.rows.data();
  }

  void
  Write(std::int64_t first, std::int64_t count, const float * values) override
  {
    this->Transfer(values, first, count, &native::WriteSome, "written");
  }

private:
  template <typename TValue, typename TCall>
  void
  Transfer(TValue * values, std::int64_t first, std::int64_t count, TCall && call, const char * verb) const
  {
    if (first < 0 || count < 0 || first > this->Rows() - count)
    {
      throw std::out_of_range("rows " + std::to_string(first) + " to " + std::to_string(first + count) +
                              " lie outside the " + std::to_string(this->Rows()) + " rows of the feature matrix");
    }
    using Byte = std::conditional_t<std::is_const_v<TValue>, const char, char>;
    const std::int64_t rowBytes = this->Components() * static_cast<std::int64_t>(sizeof(float));
    auto *             bytes = reinterpret_cast<Byte *>(values);
    for (std::int64_t offset = first * rowBytes, left = count * rowBytes; left > 0;)
    {
      const std::int64_t done = call(m_Handle, bytes, left, offset);
      if (done <= 0)
      {
        throw std::runtime_error(m_Folder + ": the scratch file cannot be " + verb + ": " + native::LastError());
      }
      bytes += done;
      offset += done;
      left -= done;
    }
  }

  std::string    m_Folder;
  native::Handle m_Handle = native::NoHandle;
};
} // namespace

std::unique_ptr<RowStore>
MakeScratchRowStore(std::int64_t rows, std::int64_t components, const std::string & folder)
{
  return std::make_unique<ScratchRowStore>(rows, components, folder);
}
} // namespace fourdstem
