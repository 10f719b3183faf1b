// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_TreeFolder_h
#define fourdstem_cli_TreeFolder_h

#include "Common/ClusterResults.h"
#include "Common/RunCommand.h"

#include "itkImageFileReader.h"

#include <nlohmann/json.hpp>

namespace fourdstem::cli
{
/** A result folder of FourDSTEMCluster, read back. */
struct TreeFolder
{
  std::string    folder;
  ClusterResults results;
  /** The record of the run that made it, whatever was edited since. */
  nlohmann::ordered_json analysis;
  /** Edits since then, each a command line. */
  nlohmann::ordered_json edits = nlohmann::ordered_json::array();
  Notes                  notes;

  /** The files that the analysis read: the scan, masks and the like; none where the record does not tell. */
  std::vector<std::string>
  FilesRead() const;

  /** The automatic choices of the analysis. */
  nlohmann::ordered_json
  Automatic() const;
};

/** Throws std::runtime_error naming the file where it is not there. */
void
RequireResult(const std::string & path);

/** An image of a result folder. Throws std::runtime_error naming the file. */
template <typename TImage>
typename TImage::Pointer
ReadResultImage(const std::string & path)
{
  RequireResult(path);
  auto reader = itk::ImageFileReader<TImage>::New();
  reader->SetFileName(path);
  try
  {
    reader->Update();
  }
  catch (const itk::ExceptionObject & error)
  {
    throw std::runtime_error("cannot read " + path + ": " + OneLine(error));
  }
  return reader->GetOutput();
}

/** The value of a key of an image; empty where there is none. */
std::string
NoteOf(const itk::MetaDataDictionary & dictionary, const std::string & key);

template <typename TImage>
Grid
GridOf(const TImage * image, const std::string & unit)
{
  const auto & size = image->GetLargestPossibleRegion().GetSize();
  return { static_cast<int>(size[1]),  static_cast<int>(size[0]), image->GetSpacing()[1], image->GetSpacing()[0],
           unit.empty() ? "px" : unit, image->GetOrigin()[1],     image->GetOrigin()[0] };
}

/** Throws std::runtime_error naming the file that is missing or does not fit the others. */
TreeFolder
ReadTreeFolder(const std::string & folder);

/** Gives every node of `after` the colour that its positions had `before`; a node with new positions the colour of the
 * largest leaf in it, or that of its place in the tree where it is part of an old one. */
void
InheritColors(const ClusterResults & before, const NodeMap & map, ClusterResults & after);

/** Replaces the nodes by `edited`, whose ids `map` gives for the old ones; labels, patterns and colours follow. The
 * pattern of a merged node is the mean of its parts, weighted by their sizes. */
void
ApplyEdit(ClusterResults & results, ClusterNodes edited, const NodeMap & map);

/** The tree as lines of text, one a node. */
std::vector<std::string>
DrawTree(const ClusterResults & results);
} // namespace fourdstem::cli

#endif
