/** The page at `/docs`; the viewer is started by `startViewer`, so no script stands in the page. */
export const documentationPage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Slipway API</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/docs/viewer.css">
  </head>
  <body>
    <noscript>The document itself is at <a href="/docs/openapi.json">/docs/openapi.json</a>.</noscript>
    <main id="api"></main>
    <script src="/docs/viewer.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

/** Shows the document, folded, with a field to filter by; calls are not made from the page. */
export const startViewer = `SwaggerUIBundle(${JSON.stringify({
  url: '/docs/openapi.json',
  dom_id: '#api',
  deepLinking: true,
  docExpansion: 'none',
  filter: true,
  supportedSubmitMethods: [],
  validatorUrl: null,
})});
`;
