/* assets.h - what embed.cmake makes of style.css and table.js when building.
 *
 * Both are texts to be put into <style> and <script> as they are. */
#ifndef CRAWLER_PAGE_ASSETS_H
#define CRAWLER_PAGE_ASSETS_H

extern const char page_style[];
extern const char page_script[];

#endif
