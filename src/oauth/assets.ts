import { fileURLToPath } from 'node:url'
import express, { Router } from 'express'

const FOLDER = fileURLToPath(new URL('./pages/assets', import.meta.url))

/** The stylesheet and the script of our pages. */
export function assetRoutes(): Router {
  const router = Router()
  router.use('/assets', express.static(FOLDER, { index: false, maxAge: '1h', redirect: false }))
  return router
}
