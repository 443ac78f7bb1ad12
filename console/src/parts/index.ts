export { Confirm } from './confirm.tsx';
export { CopyButton, CopyLine } from './copy-button.tsx';
export { Choice, Day, Words } from './fields.tsx';
export { Moment, Took } from './moment.tsx';
export { PageTitle } from './page-title.tsx';
export { ProblemNotice } from './problem.tsx';
export { Mark, Shell } from './shell.tsx';
export { StateIcon, Status, stateWord } from './status.tsx';
