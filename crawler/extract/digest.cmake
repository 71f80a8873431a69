# Names today's extractor: the program's version and a digest of the rules by which articles are made.
#
#   cmake -DOUT=<header> -DVERSION=<version> "-DFILES=<file|file|...>" -P digest.cmake
#
# Each article keeps the name it was made under, and `crawler reextract` makes those anew that have
# another. A digest can't be forgotten as a number could; that a comment changes it costs some CPU.
string(REPLACE "|" ";" files "${FILES}")
set(digests "")
foreach(file IN LISTS files)
  file(SHA256 ${file} digest)
  string(APPEND digests ${digest})
endforeach()
string(SHA256 digest "${digests}")
string(SUBSTRING ${digest} 0 8 digest)
file(CONFIGURE OUTPUT ${OUT} CONTENT "#define EXTRACTOR \"crawler ${VERSION} ${digest}\"\n" @ONLY)
