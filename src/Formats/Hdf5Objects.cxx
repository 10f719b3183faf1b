// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/Hdf5.h"

#include <algorithm>
#include <set>

namespace fourdstem::hdf5
{
namespace
{
constexpr std::size_t MostObjects = 10000;
constexpr int         DeepestLevel = 16;

/** The same for every path that leads to an object. */
std::string
Identity(hid_t object)
{
#if H5_VERSION_GE(1, 12, 0)
  H5O_info2_t information = {};
  H5Oget_info3(object, &information, H5O_INFO_BASIC);
  return { reinterpret_cast<const char *>(&information.token), sizeof(information.token) };
#else
  H5O_info_t information = {};
  H5Oget_info1(object, &information);
  return std::to_string(information.addr);
#endif
}

struct Walk
{
  const std::function<void(const std::string &, hid_t)> &        visitor;
  const std::function<void(const std::string &, const Link &)> & linkVisitor;
  std::set<std::string>                                          seen;
  bool                                                           isComplete = true;
};

void
VisitBelow(hid_t group, const std::string & path, int level, Walk & walk)
{
  const auto links = Links(group);
  walk.isComplete = walk.isComplete && links.size() < MostObjects;
  for (const Link & link : links)
  {
    const std::string childPath = std::string(path).append("/").append(link.name);
    if (!link.target.empty())
    {
      if (walk.linkVisitor)
      {
        walk.linkVisitor(childPath, link);
      }
      continue;
    }
    const Id         child = OpenObject(group, link.name);
    const H5I_type_t kind = child ? H5Iget_type(child) : H5I_BADID;
    if ((kind == H5I_GROUP && level == DeepestLevel) || walk.seen.size() == MostObjects)
    {
      walk.isComplete = false;
      continue;
    }
    if ((kind != H5I_DATASET && kind != H5I_GROUP) || !walk.seen.insert(Identity(child)).second)
    {
      continue;
    }
    if (kind == H5I_DATASET)
    {
      walk.visitor(childPath, child);
    }
    else
    {
      VisitBelow(child, childPath, level + 1, walk);
    }
  }
}

/** For the opening of objects in this file only. */
Id
AccessWithinFile()
{
  const auto refuse = [](const char *, const char *, const char *, const char *, unsigned *, hid_t, void *) -> herr_t {
    return -1;
  };
  Id access(H5Pcreate(H5P_LINK_ACCESS));
  H5Pset_elink_cb(access, refuse, nullptr);
  return access;
}
} // namespace

Id
OpenObject(hid_t parent, const std::string & path)
{
  return Id(H5Oopen(parent, path.c_str(), AccessWithinFile()));
}

Id
OpenGroup(hid_t parent, const std::string & path)
{
  Id object = OpenObject(parent, path);
  return object && H5Iget_type(object) == H5I_GROUP ? std::move(object) : Id();
}

Id
OpenDataSet(hid_t parent, const std::string & path)
{
  Id object = OpenObject(parent, path);
  return object && H5Iget_type(object) == H5I_DATASET ? std::move(object) : Id();
}

std::optional<Link>
FindLink(hid_t parent, const std::string & path)
{
  const Id   access = AccessWithinFile();
  H5L_info_t information;
  if (H5Lget_info(parent, path.c_str(), &information, access) < 0)
  {
    return std::nullopt;
  }
  Link link;
  link.name = path.substr(path.rfind('/') + 1);
  link.isExternal = information.type == H5L_TYPE_EXTERNAL;
  if (information.type == H5L_TYPE_HARD)
  {
    return link;
  }
  std::string  value(information.u.val_size + 1, '\0');
  const char * file = nullptr;
  const char * object = nullptr;
  if (H5Lget_val(parent, path.c_str(), value.data(), value.size(), access) < 0)
  {
    link.target = "an unknown place";
  }
  else if (link.isExternal && H5Lunpack_elink_val(value.data(), information.u.val_size, nullptr, &file, &object) >= 0)
  {
    link.otherFile = file;
    link.target = link.otherFile + ":" + object;
  }
  else
  {
    link.target = value.substr(0, value.find('\0'));
  }
  return link;
}

std::vector<Link>
Links(hid_t group)
{
  std::vector<Link> links;
  const auto        add = [](hid_t parent, const char * name, const H5L_info_t * link, void * to) -> herr_t {
    auto &     found = *static_cast<std::vector<Link> *>(to);
    const auto other = link->type == H5L_TYPE_HARD ? std::nullopt : FindLink(parent, name);
    found.push_back(other ? *other : Link{ name, {}, false });
    return found.size() < MostObjects ? 0 : 1;
  };
  H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, add, &links);
  return links;
}

std::vector<std::string>
AttributeNames(hid_t object)
{
  constexpr std::size_t    most = 1000;
  std::vector<std::string> names;
  const auto               add = [](hid_t, const char * name, const H5A_info_t *, void * to) -> herr_t {
    auto & found = *static_cast<std::vector<std::string> *>(to);
    found.emplace_back(name);
    return found.size() < most ? 0 : 1;
  };
  H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, nullptr, add, &names);
  return names;
}

bool
VisitDataSets(hid_t                                                          file,
              const std::function<void(const std::string &, hid_t)> &        visitor,
              const std::function<void(const std::string &, const Link &)> & linkVisitor)
{
  const Id root = OpenGroup(file, "/");
  Walk     walk{ visitor, linkVisitor, { Identity(root) } };
  VisitBelow(root, "", 1, walk);
  return walk.isComplete;
}
} // namespace fourdstem::hdf5
