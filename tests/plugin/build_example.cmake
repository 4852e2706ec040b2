function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${ARGV} failed:\n${output}")
  endif()
endfunction()

file(REMOVE_RECURSE ${DESTINATION}/install)
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${DESTINATION}/install)
run(${CMAKE_COMMAND} -S ${SOURCE} -B ${DESTINATION}/build -G Ninja -DCMAKE_BUILD_TYPE=Release
    -DCMAKE_CXX_COMPILER=${CXX} -DCMAKE_PREFIX_PATH=${DESTINATION}/install)
run(${CMAKE_COMMAND} --build ${DESTINATION}/build)
