# How CPack makes the Debian package (-DCRAWLER_DEBIAN=ON; build.sh does all of it).
#
# Debian's own places and flags; the same bytes whenever and wherever it is built: folders are cut from
# what the compiler writes down, and every file has the day of the version. What would be stripped is
# not made: the id of a build tells of it, even of lines in the headers of libraries.
if(NOT CMAKE_INSTALL_PREFIX STREQUAL "/usr")
  message(FATAL_ERROR "A Debian package installs below /usr: -DCMAKE_INSTALL_PREFIX=/usr")
endif()
set(debian ${PROJECT_SOURCE_DIR}/data/package/debian)

file(STRINGS ${debian}/changelog changes LIMIT_COUNT 1)
if(NOT changes MATCHES "^crawler [(]([0-9.]+)-([0-9]+)[)]" OR NOT CMAKE_MATCH_1 STREQUAL PROJECT_VERSION)
  message(FATAL_ERROR "data/package/debian/changelog begins with '${changes}', "
    "but this is version ${PROJECT_VERSION}")
endif()
set(CPACK_DEBIAN_PACKAGE_RELEASE ${CMAKE_MATCH_2})

add_compile_options(-ffile-prefix-map=${PROJECT_BINARY_DIR}=build
  -ffile-prefix-map=${PROJECT_SOURCE_DIR}=. -g0 -Wformat -Werror=format-security
  $<$<NOT:$<BOOL:${CRAWLER_ASAN}>>:-D_FORTIFY_SOURCE=2>)
add_link_options(-Wl,-z,relro -Wl,-z,now)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
add_link_options(-pie)

set(CRAWLER_ZSH_DIR share/zsh/vendor-completions)
set(CRAWLER_UNIT_DIR /lib/systemd/system)
set(CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

# Manual pages and the changelog are to be compressed, without a name and a time in them.
set(MANUAL_ENDS .gz)
function(compress from to)
  add_custom_command(OUTPUT ${PROJECT_BINARY_DIR}/${to}
    COMMAND gzip -9nc ${from} > ${PROJECT_BINARY_DIR}/${to} DEPENDS ${from} VERBATIM)
  set(COMPRESSED ${COMPRESSED} ${PROJECT_BINARY_DIR}/${to} PARENT_SCOPE)
endfunction()
compress(${PROJECT_BINARY_DIR}/crawler.1 crawler.1.gz)
compress(${PROJECT_BINARY_DIR}/crawler-database.5 crawler-database.5.gz)
compress(${debian}/changelog changelog.Debian.gz)
add_custom_target(compressed ALL DEPENDS ${COMPRESSED})
add_dependencies(compressed manual)
install(FILES ${PROJECT_BINARY_DIR}/changelog.Debian.gz ${debian}/copyright
  DESTINATION share/doc/crawler)
install(DIRECTORY DESTINATION /etc/crawler) # a NAME.conf for each crawler@NAME
install(FILES ${debian}/lintian-overrides DESTINATION share/lintian/overrides RENAME crawler)

set(CPACK_GENERATOR DEB)
set(CPACK_SET_DESTDIR ON) # units are not below /usr
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_NAME crawler)
set(CPACK_PACKAGE_VENDOR "The crawler authors")
set(CPACK_PACKAGE_CONTACT "The crawler authors <maintainers@users.noreply.b-seed-20fb090e.example>")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION web)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, ca-certificates")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "sqlite3")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "news crawler that stores articles in an SQLite database
Reads a list of news sites, finds their articles by robots.txt, sitemaps,
feeds, section pages and JSON APIs, fetches what is new, politely, and takes
title, date, authors and text out of every page.
.
All of it is stored in one SQLite file that can be queried while the crawl
still runs: articles with their versions, every request, and for every URL
that was not fetched the reason.
.
A systemd service with timers for nightly and hourly runs is included.")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${debian}/postinst ${debian}/prerm
  ${debian}/postrm)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/data/package/settle.cmake)
include(CPack)
