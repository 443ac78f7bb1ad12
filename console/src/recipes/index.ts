export { RecipesPage } from './list-page.tsx';
export { RecipePage } from './recipe-page.tsx';
