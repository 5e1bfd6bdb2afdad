// The default theme of VitePress, with a few rules of style of our own.

import DefaultTheme from 'vitepress/theme'
import './site.css'

export default DefaultTheme
