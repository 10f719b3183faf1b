// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef TestFolders_h
#define TestFolders_h

/** Real files, where they are. */
const char *
TestDataFolder();

/** The commands built here. */
const char *
CommandFolder();

#endif
