import './style/index.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { restoreSession } from './session.ts';
import { watchSurroundings } from './surroundings.ts';

watchSurroundings();
void restoreSession();
const root = document.getElementById('console');
if (root !== null) render(<App />, root);
