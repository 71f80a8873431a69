# What `cmake --install` puts where, and `cmake --build build --target uninstall` takes away again.
# debian.cmake, which comes first, sets the places in which Debian differs.
if(NOT CRAWLER_DEBIAN)
  set(CRAWLER_ZSH_DIR ${CMAKE_INSTALL_DATADIR}/zsh/site-functions CACHE STRING
    "where zsh looks for completions")
  set(CRAWLER_UNIT_DIR lib/systemd/system CACHE STRING "where systemd looks for units")
endif()

install(TARGETS crawler RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

# Made by the build out of the table of options, and of schema/README.md.
install(FILES ${PROJECT_BINARY_DIR}/crawler.1${MANUAL_ENDS}
  DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${PROJECT_BINARY_DIR}/crawler-database.5${MANUAL_ENDS}
  DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
install(FILES ${PROJECT_BINARY_DIR}/crawler.bash
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME crawler)
install(FILES ${PROJECT_BINARY_DIR}/_crawler DESTINATION ${CRAWLER_ZSH_DIR})
install(FILES ${PROJECT_BINARY_DIR}/crawler.fish
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

# The pages for people keep their places beside each other, so that their links lead on.
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES crawler/README.md crawler/behaviour.md DESTINATION ${CMAKE_INSTALL_DOCDIR}/crawler)
install(FILES schema/README.md schema/recipes.md schema/questions.sql
  DESTINATION ${CMAKE_INSTALL_DOCDIR}/schema)
install(FILES schema/postgres/README.md schema/postgres/roles.sql schema/postgres/partitions.sql
  schema/postgres/questions.sql DESTINATION ${CMAKE_INSTALL_DOCDIR}/schema/postgres)
install(FILES storage/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR}/storage)
install(FILES tests/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR}/tests)
install(FILES data/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR}/data)
install(FILES data/picture/report.png DESTINATION ${CMAKE_INSTALL_DOCDIR}/data/picture)
if(NOT CRAWLER_DEBIAN) # which has it in debian/copyright
  install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
endif()

# Units for systemd go where it looks; what belongs to them, and other data for people, beside the pages.
file(GLOB UNITS CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/data/service/*.service
  ${PROJECT_SOURCE_DIR}/data/service/*.timer)
install(FILES ${UNITS} DESTINATION ${CRAWLER_UNIT_DIR})
foreach(folder service alerts sites)
  if(EXISTS ${PROJECT_SOURCE_DIR}/data/${folder})
    install(DIRECTORY data/${folder} DESTINATION ${CMAKE_INSTALL_DOCDIR}/data
      PATTERN *.service EXCLUDE PATTERN *.timer EXCLUDE PATTERN *.sh EXCLUDE)
  endif()
endforeach()

add_custom_target(uninstall
  COMMAND ${CMAKE_COMMAND} -DMANIFEST=${PROJECT_BINARY_DIR}/install_manifest.txt
    -P ${PROJECT_SOURCE_DIR}/data/package/uninstall.cmake
  COMMENT "What was installed goes" VERBATIM)
