import './style/index.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { startClock } from './clock.ts';
import { restoreSession } from './session.ts';

startClock();
void restoreSession();
const root = document.getElementById('console');
if (root !== null) render(<App />, root);
