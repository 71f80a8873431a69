/* packer.h - pages packed against another page of their site, in a process without rights.
 *
 * What pages of one site have in common is most of their bytes. A page is unpacked from the coding
 * it came in and becomes a frame of zstd (RFC 8878) with the base, unpacked, as its prefix: to be
 * read it needs that again, byte for byte. Unpacking what anybody may have made is done in a
 * process that has given up its rights, as extraction is; one that dies of a page is replaced.
 * Thread: one at a time. */
#ifndef CRAWLER_EXTRACT_PACKER_H
#define CRAWLER_EXTRACT_PACKER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"

struct packer;

/* Starts the process, a fork of this one: to be called before anything is open that it should not
 * have. Stores a packer, owned by the caller, in *out and returns 0, or ERR_IO. */
int packer_open(struct packer **out, size_t page_bytes_max);
void packer_close(struct packer *packer); /* NULL does nothing */

/* Packs a page that came as `codec` says (none, gzip, br, zstd). With `as_base` into a frame that
 * needs no other, and from now on the page is the base. *frame is borrowed until the next call.
 * Returns 0; ERR_INPUT when the page can't be unpacked; ERR_IO when no process can be started. */
int packer_pack(struct packer *packer, struct span body, const char *codec, bool as_base,
                struct span *frame);

#endif
