export type { DeclarationReport, DeclarationSection, DeclaredChange } from './declaration.ts';
