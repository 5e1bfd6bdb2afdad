// Drawings in the words of Mermaid become pictures while the site is built; the browser runs nothing for them. The package is found from
// this folder, where it is installed.

export { renderMermaidSVG } from 'beautiful-mermaid'
