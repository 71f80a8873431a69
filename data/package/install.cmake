# What `cmake --install` puts where, and `cmake --build build --target uninstall` takes away again.
set(CRAWLER_ZSH_DIR ${CMAKE_INSTALL_DATADIR}/zsh/site-functions CACHE STRING "where zsh looks for completions")

install(TARGETS crawler RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES ${PROJECT_BINARY_DIR}/crawler.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${PROJECT_BINARY_DIR}/crawler-database.5 DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
install(FILES ${PROJECT_BINARY_DIR}/crawler.bash
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME crawler)
install(FILES ${PROJECT_BINARY_DIR}/_crawler DESTINATION ${CRAWLER_ZSH_DIR})
install(FILES ${PROJECT_BINARY_DIR}/crawler.fish
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
