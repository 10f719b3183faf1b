// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Hdf5Script.h"

#include "Hdf5ScriptDamage.h"
#include "Hdf5ScriptStorage.h"
#include "Hdf5ScriptTypes.h"
#include "ReadScan.h"

namespace fourdstem::fuzz
{
namespace
{
using hdf5::Id;

class Writer
{
public:
  Writer()
    : m_Making(H5Pcreate(H5P_LINK_CREATE))
  {
    H5Pset_create_intermediate_group(m_Making, 1);
  }

  void
  Apply(const std::string & text)
  {
    Line              line(text);
    const std::string verb = line.Word();
    if (verb == "latest")
    {
      m_IsLatest = true;
    }
    else if (verb == "userblock")
    {
      m_UserBlock = NumberIn(line.Word()) % 65537;
      m_UserText = line.Rest();
    }
    else if (verb == "file")
    {
      this->Begin(FileNameOnly(line.Name()));
    }
    else
    {
      if (!m_File)
      {
        this->Begin("scan.h5");
      }
      this->Write(verb, line);
    }
  }

  /** Closes the file; the path of the first one. */
  std::string
  End()
  {
    if (!m_File && m_First.empty())
    {
      this->Begin("scan.h5");
    }
    this->Close();
    return m_First;
  }

private:
  static std::string
  FileNameOnly(const std::string & name)
  {
    const std::string last = name.substr(name.rfind('/') + 1);
    return last.empty() || last[0] == '.' || last.size() > 60 ? "scan.h5" : last;
  }

  void
  Begin(const std::string & name)
  {
    this->Close();
    const Id creation(H5Pcreate(H5P_FILE_CREATE));
    const Id access(H5Pcreate(H5P_FILE_ACCESS));
    if (H5Pset_userblock(creation, m_UserBlock) < 0)
    {
      m_UserText.clear();
    }
    if (m_IsLatest)
    {
      H5Pset_libver_bounds(access, H5F_LIBVER_LATEST, H5F_LIBVER_LATEST);
    }
    m_Path = Folder().Path(name);
    m_First = m_First.empty() ? m_Path : m_First;
    m_File = Id(H5Fcreate(m_Path.c_str(), H5F_ACC_TRUNC, creation, access));
  }

  void
  Close()
  {
    if (m_File)
    {
      m_File = Id();
      std::fstream file(std::filesystem::u8path(m_Path), std::ios::in | std::ios::out | std::ios::binary);
      file << m_UserText.substr(0, m_UserBlock);
      file.close();
      m_Damage.Apply(m_Path);
    }
  }

  void
  Write(const std::string & verb, Line & line)
  {
    const std::string path = line.Name();
    if (verb == "group")
    {
      const Id group(H5Gcreate2(m_File, path.c_str(), m_Making, H5P_DEFAULT, H5P_DEFAULT));
    }
    else if (verb == "data")
    {
      this->WriteData(path, line);
    }
    else if (verb == "chunk")
    {
      this->WriteChunk(path, line);
    }
    else if (verb == "number")
    {
      const Id type = TypeNamed(line.Word());
      this->WriteNumbers(path, type, NumbersIn(line.Word()));
    }
    else if (verb == "text" || verb == "fixed")
    {
      this->WriteText(path, line.Rest(), verb == "text");
    }
    else if (verb == "lists")
    {
      this->WriteLists(path, line);
    }
    else if (verb == "peaks")
    {
      this->WritePeaks(path, line);
    }
    else if (verb == "stored")
    {
      m_Damage.Add(m_File, path, line);
    }
    else if (verb == "heap")
    {
      m_Damage.AddHeap(NumberIn(path), line);
    }
    else if (verb == "attr")
    {
      this->WriteAttribute(path, line);
    }
    else
    {
      this->WriteLink(verb, path, line);
    }
  }

  Id
  Create(const std::string & path, hid_t type, hid_t space, hid_t creation = H5P_DEFAULT) const
  {
    return Id(H5Dcreate2(m_File, path.c_str(), type, space, m_Making, creation, H5P_DEFAULT));
  }

  void
  WriteData(const std::string & path, Line & line) const
  {
    const Id   type = TypeNamed(line.Word());
    const auto extents = ExtentsIn(line.Word());
    if (!type)
    {
      return;
    }
    const Storage              storage(line, type, extents);
    const std::vector<hsize_t> most(extents.size(), H5S_UNLIMITED);
    const Id                   space(
      H5Screate_simple(static_cast<int>(extents.size()), extents.data(), storage.isUnlimited ? most.data() : nullptr));
    const Id dataSet = this->Create(path, type, space, storage.creation);
    if (!dataSet || !storage.hasValues)
    {
      return;
    }
    std::vector<double> values(static_cast<std::size_t>(Product(extents)) + 1);
    for (std::size_t i = 0; i < values.size(); ++i)
    {
      values[i] = static_cast<double>(i * 7 % 113);
    }
    H5Dwrite(dataSet, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
  }

  void
  WriteChunk(const std::string & path, Line & line) const
  {
    const Id             dataSet = hdf5::OpenDataSet(m_File, path);
    std::vector<hsize_t> corner = ExtentsIn(line.Word());
    const auto           mask = static_cast<std::uint32_t>(NumberIn(line.Word()));
    const std::string    bytes = BytesIn(line.Word());
    if (!dataSet || bytes.empty())
    {
      return;
    }
    corner.resize(hdf5::Extents(dataSet).size());
    H5Dwrite_chunk(dataSet, H5P_DEFAULT, mask, corner.data(), bytes.size(), bytes.data());
  }

  void
  WriteNumbers(const std::string & path, hid_t type, const std::vector<double> & values) const
  {
    const hsize_t count = values.size();
    const Id      space(count == 1 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &count, nullptr));
    const Id      dataSet = this->Create(path, type, space);
    if (dataSet)
    {
      H5Dwrite(dataSet, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
    }
  }

  void
  WriteText(const std::string & path, const std::string & text, bool isVariable) const
  {
    const Id     type = TextType(text, isVariable);
    const Id     space(H5Screate(H5S_SCALAR));
    const Id     dataSet = this->Create(path, type, space);
    const char * characters = text.c_str();
    if (dataSet)
    {
      H5Dwrite(
        dataSet, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, isVariable ? static_cast<const void *>(&characters) : characters);
    }
  }

  void
  WriteLists(const std::string & path, Line & line) const
  {
    constexpr std::size_t                   most = 256;
    std::vector<std::vector<std::uint32_t>> lists;
    for (std::string word = line.Word(); !word.empty() && lists.size() < most; word = line.Word())
    {
      const auto numbers = ExtentsIn(word);
      lists.emplace_back(numbers.begin(), numbers.end());
    }
    std::vector<hvl_t> values;
    for (auto & list : lists)
    {
      values.push_back({ list.size(), list.data() });
    }
    const hsize_t count = values.size();
    const Id      type = TypeNamed("v");
    const Id      space(H5Screate_simple(1, &count, nullptr));
    const Id      dataSet = this->Create(path, type, space);
    if (dataSet && count > 0)
    {
      const Id memory(H5Tvlen_create(H5T_NATIVE_UINT32));
      H5Dwrite(dataSet, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
    }
  }

  void
  WritePeaks(const std::string & path, Line & line) const
  {
    constexpr double                 most = 256;
    const Id                         type = TypeNamed(line.Word());
    const auto                       extents = ExtentsIn(line.Word());
    const Id                         space(H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr));
    const Id                         dataSet = this->Create(path, type, space);
    const auto                       count = std::min(Product(extents), most);
    std::vector<std::vector<double>> lists(static_cast<std::size_t>(count));
    std::vector<hvl_t>               values;
    for (auto & list : lists)
    {
      const std::string word = line.Word();
      list = word.empty() ? std::vector<double>() : NumbersIn(word);
      values.push_back({ list.size() / 3, list.data() });
    }
    if (dataSet && Product(extents) == count)
    {
      const Id memory = TypeNamed("w");
      H5Dwrite(dataSet, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
    }
  }

  void
  WriteAttribute(const std::string & path, Line & line) const
  {
    const Id          object = hdf5::OpenObject(m_File, path);
    const std::string name = line.Name();
    const std::string word = line.Word();
    if (!object)
    {
      return;
    }
    if (word == "text" || word == "fixed")
    {
      const std::string text = line.Rest();
      const Id          type = TextType(text, word == "text");
      const Id          space(H5Screate(H5S_SCALAR));
      const Id          attribute(H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT));
      const char *      characters = text.c_str();
      if (attribute)
      {
        H5Awrite(attribute, type, word == "text" ? static_cast<const void *>(&characters) : characters);
      }
      return;
    }
    const Id      type = TypeNamed(word);
    const auto    values = NumbersIn(line.Word());
    const hsize_t count = values.size();
    const Id      space(count == 1 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &count, nullptr));
    const Id      attribute(type ? H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT) : -1);
    if (attribute)
    {
      H5Awrite(attribute, H5T_NATIVE_DOUBLE, values.data());
    }
  }

  void
  WriteLink(const std::string & verb, const std::string & path, Line & line) const
  {
    const std::string target = line.Name();
    if (verb == "soft")
    {
      H5Lcreate_soft(target.c_str(), m_File, path.c_str(), m_Making, H5P_DEFAULT);
    }
    else if (verb == "hard")
    {
      H5Lcreate_hard(m_File, target.c_str(), m_File, path.c_str(), m_Making, H5P_DEFAULT);
    }
    else if (verb == "outer")
    {
      H5Lcreate_external(target.c_str(), line.Name().c_str(), m_File, path.c_str(), m_Making, H5P_DEFAULT);
    }
  }

  Id          m_Making;
  Id          m_File;
  bool        m_IsLatest = false;
  hsize_t     m_UserBlock = 0;
  std::string m_UserText;
  std::string m_Path;
  std::string m_First;
  Damage      m_Damage;
};
} // namespace

std::string
WriteHdf5(const std::string & script)
{
  constexpr int most = 400;
  for (const auto & old : std::filesystem::directory_iterator(Folder().Get()))
  {
    std::filesystem::remove_all(old.path());
  }
  const hdf5::Session session;
  Writer              writer;
  std::istringstream  lines(script);
  std::string         line;
  for (int i = 0; i < most && std::getline(lines, line); ++i)
  {
    writer.Apply(line);
  }
  return writer.End();
}
} // namespace fourdstem::fuzz
