// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef ExecutionCount_h
#define ExecutionCount_h

#include "itkProcessObject.h"

#include <memory>

/** Counts how often a filter executes from here on. ITK's own PipelineMonitorImageFilter would do, but its module
 * depends on most of ITK's image and mesh formats. */
class ExecutionCount
{
public:
  explicit ExecutionCount(const itk::ProcessObject * process)
  {
    process->AddObserver(itk::EndEvent(), [count = m_Count](const itk::EventObject &) { ++*count; });
  }

  unsigned int
  Get() const
  {
    return *m_Count;
  }

private:
  // Shared with the observer, which may outlive this.
  std::shared_ptr<unsigned int> m_Count = std::make_shared<unsigned int>(0);
};

#endif
