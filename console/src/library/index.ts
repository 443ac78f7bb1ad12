export { ImagesPage } from './images-page.tsx';
export { LibraryPage } from './page.tsx';
export { folderOf, libraryAddress, newRecipe, recipeAddress, recipesAddress } from './query.ts';
export { ServiceHead } from './service-head.tsx';
